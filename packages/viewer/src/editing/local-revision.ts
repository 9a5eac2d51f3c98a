import type { Review } from '@atoll/engines/revise';
import { reviseSegmentation } from '@atoll/engines/revise';
import type { LocalEnd } from './edit-source.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What a reader made of a local result, as files to save: the mask and a report that is made anew from it.
 * @param mask NIfTI; null where the engine's stands as it is.
 * @throws AtollError as `reviseSegmentation`
 */
export async function reviseLocally(
  { files, report, mask: engineMask, brain }: LocalEnd,
  mask: Uint8Array | null,
  review: Review,
): Promise<Map<string, Bytes>> {
  const { dwi, adc, reference } = files;
  const revised = await reviseSegmentation({
    files: { dwi, adc, reference, brain: brain ?? undefined },
    engine: { mask: engineMask, report },
    parent: { number: 0, mask: engineMask },
    mask,
    review,
    of: null,
    createdAt: new Date(),
  });
  const text = `${JSON.stringify(revised.report, null, 2)}\n`;
  return new Map([
    ['lesion_msk_revised.nii.gz', new Uint8Array(revised.maskFile)],
    ['report_revised.json', new TextEncoder().encode(text)],
  ]);
}
