import { type GatherOptions, gather } from '@atoll/intake/gather';
import { fileOfBytes, type InputFile } from '@atoll/intake/input-file';
import { propose } from '@atoll/intake/propose';
import type { Said } from '@atoll/intake/said';
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js';

export type Files = Readonly<Record<string, Uint8Array | string>>;

export function bring(files: Files): InputFile[] {
  return Object.entries(files).map(([path, content]) =>
    fileOfBytes(path, typeof content === 'string' ? new TextEncoder().encode(content) : content),
  );
}

/** What is proposed for these files, with candidates by their names. */
export async function proposalFor(files: Files, said: Said = {}, options: GatherOptions = {}) {
  const { candidates, ignored } = await gather(bring(files), options);
  const proposal = propose(candidates, said);
  const name = (id: string | undefined) => candidates.find((each) => each.id === id)?.name ?? null;
  const { choice } = proposal;
  const computed = choice !== null && 'computedFrom' in choice.adc ? choice.adc.computedFrom : null;
  return {
    ...proposal,
    candidates,
    ignored,
    dwi: name(choice?.dwi.candidateId),
    adc: choice !== null && 'candidateId' in choice.adc ? name(choice.adc.candidateId) : null,
    b0: name(computed?.b0.candidateId),
    bValue: computed?.bValue ?? null,
    flair: name(choice?.flair?.candidateId),
    reference: name(choice?.reference?.candidateId),
    codes: proposal.problems.map(({ code }) => code),
  };
}

/** A ZIP of these files. */
export async function zipOf(
  files: Files,
  options: { level?: number; password?: string } = {},
): Promise<Uint8Array> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false, ...options });
  for (const [path, content] of Object.entries(files)) {
    await writer.add(path, new BlobReader(new Blob([new Uint8Array(Buffer.from(content))])));
  }
  return new Uint8Array(await (await writer.close()).arrayBuffer());
}
