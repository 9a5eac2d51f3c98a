import type { ConvertDicom, ConvertedImage } from '@atoll/dicom/convert';
import { withElements } from '@atoll/dicom/elements';
import { missingBeside } from '@atoll/dicom/stack-geometry';
import type { Stack } from '@atoll/dicom/stacks';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { Ignored } from './candidate.ts';
import type { Caution } from './caution.ts';
import { converterCautions } from './converter-cautions.ts';
import type { InputFile } from './input-file.ts';
import { type StackImage, stackImage } from './stack-image.ts';

export type ConvertedStack = StackImage & {
  readonly stack: Stack<InputFile>;
  readonly json: string | null;
};

type Options = { signal: AbortSignal | undefined; onProgress: (fraction: number) => void };

/** Made up, so that the converter takes each volume for a series of its own, and its files can be told. */
const madeUpUid = '1.2.3.4.';

/**
 * Converts each volume of a series for itself, in one go: which slices make one is known from their headers, and is
 * not left to the converter's guess by instance numbers. Volumes that lack slices which others have are passed over.
 * @throws AtollError DICOM_UNREADABLE when no volume is left, JOB_CANCELLED, as `convert`.
 */
export async function convertStacks(
  name: string,
  stacks: readonly Stack<InputFile>[],
  convert: ConvertDicom,
  { signal, onProgress }: Options,
): Promise<{ converted: ConvertedStack[]; ignored: Ignored[] }> {
  const ignored: Ignored[] = [];
  const whole = stacks.filter((stack) => {
    const missing = missingBeside(
      stack,
      stacks.filter(({ kind }) => kind === stack.kind),
    );
    if (missing.length === 0) return true;
    ignored.push({ path: name, reason: missingWords(stack, missing), wasImage: true });
    return false;
  });
  const total = whole.reduce((sum, { slices }) => sum + slices.length, 0);
  const files: { bytes: Uint8Array }[] = [];
  for (const [at, stack] of whole.entries()) {
    const orientation = stack.slices[0].place;
    const cosines = [...orientation.alongRow, ...orientation.downColumn];
    for (const { file, place } of stack.slices) {
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
      onProgress((0.3 * files.length) / total);
      const turned = [...place.alongRow, ...place.downColumn].some((x, i) => Math.abs(x - cosines[i]) > 1e-6);
      const texts = new Map([['x0020000e', `${madeUpUid}${at}`]]);
      // Nearly parallel slices would be taken for two images of half the slices each.
      if (turned) texts.set('x00200037', cosines.map((x) => x.toFixed(8)).join('\\'));
      files.push({ bytes: withElements(await file.read(), texts) });
    }
  }
  const { images, warnings } =
    files.length === 0
      ? { images: [], warnings: [] }
      : await convert(files, { signal, onProgress: (fraction) => onProgress(0.3 + 0.6 * fraction) });
  const converted: ConvertedStack[] = [];
  for (const [at, stack] of whole.entries()) {
    const image = imageOf(images, at);
    try {
      if (image === null) throw new AtollError('DICOM_UNREADABLE');
      const { nifti, cautions } = await stackImage(image.nifti, stack);
      const told = [...cautions, ...turnedCaution(stack), ...converterCautions(warnings, true)];
      converted.push({ stack, json: image.json, nifti, cautions: told });
    } catch (thrown) {
      const { code, message } = asAtollError(thrown);
      if (code === 'INTERNAL') throw thrown;
      ignored.push({ path: name, reason: `${volumeWords(stack)}: ${message}`, wasImage: true });
    }
  }
  return { converted, ignored };
}

/** The image of one volume; not one that the converter resampled, and none where it made several. */
function imageOf(images: readonly ConvertedImage[], at: number): ConvertedImage | null {
  const own = images.filter(({ name }) => {
    const rest = name.startsWith(madeUpUid) ? name.slice(madeUpUid.length) : '';
    return /^\d*/.exec(rest)?.[0] === String(at) && !/_Eq(_|$)/.test(rest);
  });
  return own.length === 1 ? own[0] : null;
}

function turnedCaution({ slices }: Stack<InputFile>): Caution[] {
  const [first] = slices;
  const along = ({ alongRow: a, downColumn: b }: typeof first.place) => [...a, ...b];
  const turned = slices.filter(({ place }) =>
    along(place).some((x, i) => Math.abs(x - along(first.place)[i]) > 1e-4),
  );
  if (turned.length === 0) return [];
  const [x, y, z] = [0, 1, 2].map((i) =>
    Math.max(...turned.map(({ place }) => Math.abs(place.alongRow[i] - first.place.alongRow[i]))),
  );
  const degrees = (Math.hypot(x, y, z) * 180) / Math.PI;
  return [
    {
      code: 'GEOMETRY_IRREGULAR',
      severity: 'serious',
      message: `${turned.length} of ${slices.length} slices are rotated by up to ${degrees.toFixed(2)}° relative to the first; all were treated as parallel, so positions may be off by ${(Math.hypot(x, y, z) * 100).toFixed(1)} mm at the edge of the head.`,
    },
  ];
}

function missingWords(stack: Stack<InputFile>, missing: readonly number[]): string {
  const numbers = missing.slice(0, 5).map((height) => `${height.toFixed(1)} mm`);
  const of = stack.slices.length + missing.length;
  return `${volumeWords(stack)}: ${missing.length} of ${of} slices ${missing.length === 1 ? 'is' : 'are'} missing (at ${numbers.join(', ')}${missing.length > 5 ? ' and further' : ''} along the slice direction). Export the series again with all its images.`;
}

function volumeWords({ bValue, kind, orientation }: Stack<InputFile>): string {
  const what =
    kind === 'adc'
      ? 'The ADC map'
      : bValue === null
        ? 'A volume'
        : `The volume of b = ${Math.round(bValue)} s/mm²`;
  return orientation === 0 ? what : `${what} in a different orientation`;
}
