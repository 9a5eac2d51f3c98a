import { AtollError } from '@atoll/errors/error';
import { assemble } from '@atoll/intake/assemble';
import { examine } from '@atoll/intake/examine';
import { gather } from '@atoll/intake/gather';
import { coverageOf, directionCautions } from '@atoll/intake/gradient';
import { fileOfBytes } from '@atoll/intake/input-file';
import { seriousOf } from '@atoll/intake/proposal';
import { highestUsable, usableBValues } from '@atoll/intake/shells';
import { parseDirections } from '@atoll/intake/sidecar';
import { traceOf } from '@atoll/intake/trace';
import { gunzip, gunzipStart, isGzip } from '@atoll/volume/gzip';
import { headerBytes, type NiftiHeader, parseNiftiHeader } from '@atoll/volume/nifti-header';
import { HeaderView, layouts } from '@atoll/volume/nifti-layout';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';

/** A 4D DWI of 128 volumes of 256 × 256 × 64 in 16 bits. */
const maxUnpackedBytes = 2 ** 30;

/** DWI and ADC of a case, and what was made of what where they are not simply the files. */
export type Diffusion = {
  readonly dwi: Uint8Array;
  readonly adc: Uint8Array;
  readonly derivation: readonly string[];
  /** What a result may be wrong by. */
  readonly cautions: readonly string[];
};

/** The text files that speak for a DWI; null where the data set has none. */
export type Weighting = { readonly bval: string | null; readonly bvec: string | null };

/** @throws AtollError IMAGE_NOT_3D when there is no one volume to take. */
export async function givenAdc(
  dwi: Uint8Array,
  adc: Uint8Array,
  weighting: () => Promise<Weighting>,
): Promise<Diffusion> {
  return { adc, ...(await diffusionImage(dwi, weighting)) };
}

/**
 * A 4D DWI that has its b0 in it: the trace of its highest b-value, and the ADC computed from the two.
 * @throws AtollError CASE_INCOMPLETE with the reason, IMAGE_*, JOB_CANCELLED
 */
export async function computedAdc(
  dwi: Uint8Array,
  { bval, bvec }: Weighting,
  signal?: AbortSignal,
): Promise<Diffusion> {
  const beside = (name: string, text: string | null) =>
    text === null ? [] : [fileOfBytes(name, new TextEncoder().encode(text))];
  const files = [fileOfBytes('dwi.nii', dwi), ...beside('dwi.bval', bval), ...beside('dwi.bvec', bvec)];
  const gathered = await gather(files, { signal });
  const { candidates, proposal } = await examine(gathered.candidates);
  const { choice, problems } = proposal;
  if (choice === null || problems.some(({ blocking }) => blocking)) {
    const reasons = problems.map(({ message }) => message);
    throw new AtollError('CASE_INCOMPLETE', reasons.length === 0 ? undefined : reasons.join(' '));
  }
  const made = await assemble(candidates, choice, { signal });
  return { dwi: made.dwi, adc: made.adc, derivation: made.derivation, cautions: seriousOf(proposal) };
}

type DiffusionImage = Omit<Diffusion, 'adc'>;

/**
 * The DWI that an engine wants, from the file that a data set has: a 3D image as it is, and of a 4D image its one
 * volume of the highest b-value, or the trace of its directions at that b-value.
 * @throws AtollError IMAGE_NOT_3D when there is no one volume to take.
 */
async function diffusionImage(
  bytes: Uint8Array,
  weighting: () => Promise<Weighting>,
): Promise<DiffusionImage> {
  const header = headerOf(bytes);
  if (header === null || header.volumes === 1) return { dwi: bytes, derivation: [], cautions: [] };
  const { bval, bvec } = await weighting();
  const values = bval === null ? null : parseBvals(bval);
  if (values === null) {
    throw new AtollError(
      'IMAGE_NOT_3D',
      `The DWI has ${header.volumes} volumes and no .bval file beside it.`,
    );
  }
  if (values.length !== header.volumes) {
    throw new AtollError(
      'IMAGE_NOT_3D',
      `The DWI has ${header.volumes} volumes, and its .bval file ${values.length} b-values.`,
    );
  }
  const shell = highestUsable(values);
  if (shell === null) {
    const [low, high] = usableBValues;
    throw new AtollError(
      'IMAGE_NOT_3D',
      `No volume of the DWI has a b-value in the usual range for acute stroke (${low} to ${high} s/mm²).`,
    );
  }
  const { bValue, volumes } = shell;
  const directions = bvec === null ? null : parseDirections(bvec, values.length);
  const coverage = coverageOf({ directions, directionality: [] }, volumes);
  const cautions = directionCautions(coverage, volumes.length).map(({ message }) => message);
  const unpacked = isGzip(bytes) ? await gunzip(bytes, maxUnpackedBytes) : bytes;
  if (volumes.length === 1) {
    const derivation = [`DWI: the only volume of ${values.length} with b = ${bValue} s/mm².`];
    return { dwi: takeVolume(unpacked, volumes[0]), derivation, cautions };
  }
  async function* alongEach() {
    for (const volumeIndex of volumes) yield await readNifti(unpacked, { volumeIndex });
  }
  return {
    dwi: writeNifti(await traceOf(alongEach()), 'float32'),
    derivation: [`DWI: geometric mean of ${volumes.length} volumes with b ≈ ${bValue} s/mm².`],
    cautions,
  };
}

/** null for what is no image: whoever reads it says so better. */
function headerOf(bytes: Uint8Array): NiftiHeader | null {
  try {
    return parseNiftiHeader(isGzip(bytes) ? gunzipStart(bytes, headerBytes) : bytes);
  } catch {
    return null;
  }
}

/** The b-values of a .bval file, in s/mm²; null when it holds anything else. */
function parseBvals(text: string): readonly number[] | null {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const values = words.map(Number);
  return values.length > 0 && values.every((value) => Number.isFinite(value) && value >= 0) ? values : null;
}

/** One volume of a 4D file with its header otherwise as it is, so that space, type and scaling stay. */
function takeVolume(file: Uint8Array, volume: number): Uint8Array {
  const { version, littleEndian, shape, voxelType, voxelOffset } = parseNiftiHeader(file);
  const volumeBytes = shape[0] * shape[1] * shape[2] * voxelType.bytes;
  const start = voxelOffset + volume * volumeBytes;
  if (file.length < start + volumeBytes) throw new AtollError('IMAGE_TRUNCATED');
  const out = new Uint8Array(voxelOffset + volumeBytes);
  out.set(file.subarray(0, voxelOffset));
  out.set(file.subarray(start, start + volumeBytes), voxelOffset);
  const header = new HeaderView(new DataView(out.buffer), version, littleEndian);
  const { dim } = layouts[version];
  header.setDimension(dim, 0, 3);
  for (let axis = 4; axis <= 7; axis++) header.setDimension(dim, axis, 1);
  return out;
}
