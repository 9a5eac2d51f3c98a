import { AtollError, asAtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import type { CaseFiles } from '@atoll/volume/case-files';
import { gzip } from '@atoll/volume/gzip';
import { writeNifti } from '@atoll/volume/nifti-write';
import { resampleLinear } from '@atoll/volume/resample';
import type { Grid, Volume } from '@atoll/volume/volume';
import { adcOf, checkBValue } from './adc.ts';
import type { Candidate, OpenImage } from './candidate.ts';
import { type Choice, type ComputedAdc, isComputed, type Pick } from './choice.ts';
import { shareInside } from './overlap.ts';
import { meanOf, traceOf } from './trace.ts';

/** The files of a case as `runSegmentation` takes them: .nii.gz, one volume each, without text in their headers. */
export type Assembled = CaseFiles & {
  /** What was made of what, a sentence each; for provenance. Names no file. */
  readonly derivation: readonly string[];
};

export type AssembleOptions = { readonly signal?: AbortSignal | undefined };

/**
 * Carries out a choice: reads the images, combines directions to a trace, computes a missing ADC.
 * @throws AtollError INTAKE_CHOICE_INVALID when it names what is not there, INTAKE_B_VALUE_NEEDED,
 *   INTAKE_B_VALUE_IMPLAUSIBLE, IMAGE_*, STUDY_NO_OVERLAP, JOB_CANCELLED.
 */
export async function assemble(
  candidates: readonly Candidate[],
  choice: Choice,
  { signal }: AssembleOptions = {},
): Promise<Assembled> {
  if (isComputed(choice.adc)) checkComputed(choice.adc);
  const checkpoint = () => {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  };
  const bench = new Bench(candidates);
  const derivation: string[] = [];
  const role = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    checkpoint();
    try {
      return await work();
    } catch (thrown) {
      const error = asAtollError(thrown);
      throw new AtollError(error.code, `${name}: ${error.message}`, { cause: error });
    }
  };

  const dwi = await role('DWI', () => bench.make(choice.dwi, traceOf));
  derivation.push(
    `DWI: ${bench.describe(choice.dwi, 'the geometric mean')}.`,
    ...bench.converterNotes(choice.dwi).map((note) => `DWI: ${note}`),
  );
  const chosenAdc = choice.adc;
  const adc = await role('ADC', async () => {
    if (!isComputed(chosenAdc)) {
      derivation.push(`ADC: ${bench.describe(chosenAdc, 'the mean')}.`);
      return (await bench.make(chosenAdc, onlyOne)).file();
    }
    const { b0, bValue } = chosenAdc.computedFrom;
    const signal0 = await bench.make(b0, meanOf).then((made) => made.volume());
    const signal = await dwi.volume();
    const { onGrid, note } = ontoGrid(signal0, signal);
    derivation.push(
      `ADC: computed as ln(b0/DWI)/b with b = ${bValue} s/mm², in 10⁻³ mm²/s; b0: ${bench.describe(b0, 'the mean')}${note}.`,
    );
    return writeNifti(adcOf(onGrid, signal, bValue ?? 0), 'float32');
  });
  const { flair, reference } = choice;
  const other = async (name: string, pick: Pick) => {
    derivation.push(`${name}: ${bench.describe(pick, 'the mean')}.`);
    return gzip(await (await role(name, () => bench.make(pick, onlyOne))).file());
  };
  const result = {
    dwi: await gzip(await dwi.file()),
    adc: await gzip(adc),
    ...(flair === null ? {} : { flair: await other('FLAIR', flair) }),
    ...(reference === null ? {} : { reference: await other('Reference', reference) }),
    derivation,
  };
  checkpoint();
  return result;
}

function checkComputed({ computedFrom: { bValue } }: ComputedAdc): void {
  if (bValue === null) throw new AtollError('INTAKE_B_VALUE_NEEDED');
  checkBValue(bValue);
}

/** The b0 where the DWI's voxels are, and a word where it had to be moved there. */
function ontoGrid(b0: Volume, dwi: Grid): { onGrid: Volume; note: string } {
  if (sameGrid(b0, dwi)) return { onGrid: b0, note: '' };
  if (shareInside(dwi, b0) < 0.5) {
    throw new AtollError('STUDY_NO_OVERLAP', 'The b0 image does not cover the DWI.');
  }
  return { onGrid: resampleLinear(b0, dwi), note: ', resampled onto the grid of the DWI' };
}

async function onlyOne(volumes: AsyncIterable<Volume>): Promise<Volume> {
  for await (const volume of volumes) return volume;
  throw new AtollError('INTAKE_CHOICE_INVALID');
}

/** An image of one volume, as it is stored or as it was made. */
type Made = { volume(): Promise<Volume>; file(): Promise<Uint8Array> };

/** Opens each candidate once. */
class Bench {
  readonly #candidates: readonly Candidate[];
  readonly #open = new Map<string, Promise<OpenImage>>();

  constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
  }

  /** The one volume of a pick, or several made into one. An image that has no other volume is kept as it is. */
  async make(pick: Pick, combine: (volumes: AsyncIterable<Volume>) => Promise<Volume>): Promise<Made> {
    const candidate = this.#find(pick);
    const image = await this.#image(candidate);
    const { nifti } = image;
    if (candidate.volumes === 1 && nifti !== null) {
      return { volume: () => image.volume(0), file: async () => nifti };
    }
    if (pick.volumes.length > 1 && combine === onlyOne) {
      throw new AtollError('INTAKE_CHOICE_INVALID', 'One volume is needed here, and several were selected.');
    }
    async function* volumes() {
      for (const index of pick.volumes) yield await image.volume(index);
    }
    const made = pick.volumes.length === 1 ? await image.volume(pick.volumes[0]) : await combine(volumes());
    // What a header does not say, what is made of the image must not claim.
    const placed = candidate.sideKnown || candidate.source !== 'nifti';
    return { volume: async () => made, file: async () => writeNifti(made, 'float32', placed) };
  }

  describe(pick: Pick, mean: string): string {
    const candidate = this.#find(pick);
    const from = { dicom: 'a DICOM series', nifti: 'a NIfTI file', metaimage: 'a MetaImage file' }[
      candidate.source
    ];
    const chosen = candidate.bValues?.filter((_, volume) => pick.volumes.includes(volume)) ?? [];
    const b = chosen.length === 0 ? '' : ` with b ≈ ${Math.round(Math.max(...chosen))} s/mm²`;
    if (candidate.volumes === 1) return `as it is in ${from}${b}`;
    const count = pick.volumes.length;
    if (count === 1) return `volume ${pick.volumes[0]}${b} of ${from}`;
    return `${mean} of ${count} volumes${b} of ${from}`;
  }

  /** What the DICOM converter said of an image; what is serious of it is told by the proposal. */
  converterNotes(pick: Pick): string[] {
    return this.#find(pick)
      .cautions.filter(({ code, severity }) => code === 'CONVERTER' && severity !== 'serious')
      .map(({ message }) => message);
  }

  #find({ candidateId, volumes }: Pick): Candidate {
    const candidate = this.#candidates.find(({ id }) => id === candidateId);
    if (candidate === undefined) {
      throw new AtollError('INTAKE_CHOICE_INVALID', 'An image was selected that is not among those found.');
    }
    if (volumes.length === 0 || volumes.some((volume) => !(volume >= 0 && volume < candidate.volumes))) {
      throw new AtollError(
        'INTAKE_CHOICE_INVALID',
        `The image has ${candidate.volumes} volumes, numbered from 0.`,
      );
    }
    return candidate;
  }

  #image(candidate: Candidate): Promise<OpenImage> {
    let image = this.#open.get(candidate.id);
    if (image === undefined) {
      image = candidate.open();
      this.#open.set(candidate.id, image);
    }
    return image;
  }
}
