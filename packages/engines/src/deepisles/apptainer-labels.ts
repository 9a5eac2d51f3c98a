import { z } from 'zod';
import { pinnedImage } from './image.ts';

/** What Apptainer notes in an image that it makes of one of a registry. */
const fromLabel = 'org.label-schema.usage.singularity.deffile.from';

const Inspection = z.object({
  data: z.object({ attributes: z.object({ labels: z.record(z.string(), z.string()).nullish() }) }),
});

/** The labels in the answer of `apptainer inspect --json --labels`; none where it is no such answer. */
export function labelsIn(text: string): Readonly<Record<string, string>> {
  try {
    return Inspection.parse(JSON.parse(text)).data.attributes.labels ?? {};
  } catch {
    return {};
  }
}

/**
 * Why an image must not pass for the one that the settings name: results of another one are another engine's.
 * @returns null where it is that one.
 */
export function originFault(
  labels: Readonly<Record<string, string>>,
  image: string,
): { readonly reason: string; readonly cure: string } | null {
  const from = labels[fromLabel]?.replace(/^docker:\/\//, '').replace(/^docker\.io\//, '');
  const cure = `Make it by apptainer build deepisles.sif docker://${image}, or name its own origin in ATOLL_DEEPISLES_IMAGE.`;
  if (from === image.replace(/^docker\.io\//, '')) return null;
  if (from !== undefined) {
    return { reason: `The Apptainer image was made of ${from}, not of ${image}.`, cure };
  }
  // One that was built by hand says nothing; whoever names another image than the pinned one vouches for it.
  if (image !== pinnedImage) return null;
  return { reason: 'The Apptainer image does not say what it was made of.', cure };
}
