import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { numberLesions } from '@atoll/volume/numbered-lesions';
import type { Mask } from '@atoll/volume/volume';
import { type Alarm, type Doubt, raiseAlarm } from './alarm/alarm.ts';
import type { Contrast } from './alarm/contrast.ts';
import type { EngineWarning, Study } from './engine.ts';
import type { LeftOut } from './ensemble/left-out.ts';
import { maskFileOf } from './mask-file.ts';
import { measureLesions } from './measure.ts';
import type { DoubtfulLesion, Lesion, MissedPlace, PlainLook } from './report.ts';
import { sha256 } from './sha256.ts';

/** With less than this share of what is seen in the mask, most of an infarct may be missing from it. */
const smallShare = 0.5;
/** As much as this outside the mask is serious, whatever it holds. */
const muchMl = 10;
/** What engines of an ensemble mark outside of an empty mask is serious from here on. */
const leastOfNothingMl = 0.7;

/** Who marks a smaller part of a place, such as a few voxels at its edge, did not mark it. */
const leastOfPlace = 0.05;

export type TakenLook = {
  readonly report: PlainLook;
  readonly warnings: readonly EngineWarning[];
  /** The candidates as .nii.gz; null when there are none. */
  readonly file: Uint8Array | null;
};

/**
 * Holds an engine's answer against a plain look at the whole head, and against what engines of an ensemble marked and
 * the joined mask does not hold, and says in words where they differ. It never changes the mask, and it never fails:
 * where it is not possible, that is said.
 */
export async function takePlainLook(
  { dwi, adc }: Pick<Study, 'dwi' | 'adc'>,
  mask: Mask,
  lesions: readonly Lesion[],
  header: NiftiHeader,
  leftOut: LeftOut | null = null,
): Promise<TakenLook> {
  const alarm = raise({ dwi, adc }, mask, leftOut?.places ?? null);
  if (alarm === null) return notPossibleWith(leftOut, lesions);
  const numbered = numberLesions(alarm.missed);
  const readers = leftOut === null ? [] : readersOf(numbered.numbers, numbered.count, leftOut);
  const places =
    numbered.count === 0
      ? []
      : measureLesions({ mask: alarm.missed, adc, brain: alarm.brain, numbered }).lesions;
  const missed = places.map((place, n): MissedPlace => {
    const { dwiRatio, adcRatio } = alarm.missedPieces[n];
    const contrast = contrastInWords(alarm.missedPieces[n]);
    const by = readers[n] ?? [];
    if (by.length === 0) return { ...place, dwiRatio, adcRatio, why: contrast };
    const why = `Marked by ${titlesOf(by)}. ${contrast}`;
    return { ...place, dwiRatio, adcRatio, markedBy: by.map(({ engine }) => engine), why };
  });
  const doubtful = alarm.lesionPieces.flatMap((piece, n): DoubtfulLesion[] =>
    piece.doubt === null
      ? []
      : [{ lesionId: lesions[n].id, reason: piece.doubt, why: doubtInWords(piece.doubt, piece) }],
  );
  const file = missed.length === 0 ? null : maskFileOf(alarm.missed, header);
  const { seenMl, coveredShare } = alarm;
  return {
    file,
    report: {
      status: 'done',
      seenMl,
      coveredShare,
      missed,
      doubtful,
      missedSha256: file === null ? null : await sha256(file),
    },
    warnings: [
      ...warnOfMissed(
        missed.filter(({ markedBy }) => markedBy === undefined),
        coveredShare,
        lesions,
      ),
      ...warnOfLeftOut(
        missed.filter(({ markedBy }) => markedBy !== undefined),
        readers.flat(),
        lesions,
      ),
      ...warnOfDoubtful(doubtful, lesions),
    ],
  };
}

type Reader = ReturnType<LeftOut['markedBy']>[number];

/** For each numbered piece the engines that mark some of it, and more than an uneven edge. */
function readersOf(numbers: Int32Array, count: number, { markedBy, mask }: LeftOut): Reader[][] {
  const found = Array.from({ length: count }, () => new Map<string, { reader: Reader; voxels: number }>());
  const marked = new Int32Array(count);
  for (let at = 0; at < numbers.length; at++) {
    if (numbers[at] === 0 || mask.data[at] === 0) continue;
    const piece = numbers[at] - 1;
    marked[piece]++;
    for (const reader of markedBy(at)) {
      const before = found[piece].get(reader.engine)?.voxels ?? 0;
      found[piece].set(reader.engine, { reader, voxels: before + 1 });
    }
  }
  return found.map((readers, piece) =>
    [...readers.values()].flatMap(({ reader, voxels }) =>
      voxels >= leastOfPlace * marked[piece] ? [reader] : [],
    ),
  );
}

function titlesOf(readers: readonly Reader[]): string {
  return listed([...new Set(readers.map(({ title }) => `“${title}”`))]);
}

function notPossibleWith(leftOut: LeftOut | null, lesions: readonly Lesion[]): TakenLook {
  if (leftOut === null) return notPossible;
  const { places, volumesMl } = leftOut;
  const readers = readersOf(places, volumesMl.length, leftOut).flat();
  const volumes = volumesMl.map((volumeMl) => ({ volumeMl }));
  const warnings = warnOfLeftOut(volumes, readers, lesions);
  return { ...notPossible, warnings: [...notPossible.warnings, ...warnings] };
}

const notPossible: TakenLook = {
  file: null,
  report: { status: 'not-possible', reason: 'No brain could be identified in DWI and ADC.' },
  warnings: [
    {
      code: 'PLAIN_LOOK_IMPOSSIBLE',
      severity: 'caution',
      message:
        'The independent check of the mask was not possible: it could not identify the brain. The mask rests on the engine alone.',
    },
  ],
};

/** null also where the look itself fails: that must not cost the reader the mask. */
function raise(
  { dwi, adc }: Pick<Study, 'dwi' | 'adc'>,
  mask: Mask,
  further: Int32Array | null,
): Alarm | null {
  try {
    return raiseAlarm(dwi, adc, mask, further);
  } catch {
    return null;
  }
}

function warnOfMissed(
  missed: readonly MissedPlace[],
  coveredShare: number | null,
  lesions: readonly Lesion[],
): EngineWarning[] {
  if (missed.length === 0) return [];
  const missedMl = volumeOf(missed);
  const what = `${amount(missedMl)} in ${count(missed.length, 'place')} ${missed.length === 1 ? 'is' : 'are'} bright on DWI with a low ADC`;
  const isSmall = (coveredShare ?? 0) < smallShare;
  const message =
    lesions.length === 0
      ? `The mask is empty, but ${what}. An infarct may have been missed.`
      : isSmall
        ? `The mask covers only ${Math.round(100 * (coveredShare ?? 0))} % of what is bright on DWI with a low ADC; outside it ${what}. Most of the infarct may have been missed.`
        : `Outside the mask ${what}. Check whether it belongs to the infarct.`;
  const severity = isSmall || missedMl >= muchMl ? 'serious' : 'caution';
  return [{ code: 'PLAIN_LOOK_MISSED', severity, message }];
}

/** Of an ensemble: the silent miss of a rule that lets one engine outvote another. */
function warnOfLeftOut(
  left: readonly Pick<MissedPlace, 'volumeMl'>[],
  readers: readonly Reader[],
  lesions: readonly Lesion[],
): EngineWarning[] {
  if (left.length === 0) return [];
  const leftMl = volumeOf(left);
  const what = `${amount(leftMl)} in ${count(left.length, 'place')} ${left.length === 1 ? 'was' : 'were'} marked by ${titlesOf(readers)}`;
  const message =
    lesions.length === 0
      ? `The joined mask is empty, but ${what}. An infarct may have been missed.`
      : `Outside the joined mask ${what}. Check whether it belongs to the infarct.`;
  const isSerious =
    leftMl >= muchMl || (lesions.length === 0 ? leftMl >= leastOfNothingMl : leftMl >= volumeOf(lesions));
  return [{ code: 'PLAIN_LOOK_SECOND_READER', severity: isSerious ? 'serious' : 'caution', message }];
}

function warnOfDoubtful(doubtful: readonly DoubtfulLesion[], lesions: readonly Lesion[]): EngineWarning[] {
  if (doubtful.length === 0) return [];
  const ids = doubtful.map(({ lesionId }) => lesionId);
  const doubtfulMl = volumeOf(lesions.filter(({ id }) => ids.includes(id)));
  const which = `${ids.length === 1 ? 'Lesion' : 'Lesions'} ${listed(ids)} of the mask (${amount(doubtfulMl)})`;
  const verb = ids.length === 1 ? 'is' : 'are';
  return [
    {
      code: 'PLAIN_LOOK_DOUBTFUL',
      severity: 2 * doubtfulMl >= volumeOf(lesions) ? 'serious' : 'caution',
      message: `${which} ${verb} neither bright on DWI nor low in ADC, or ${ids.length === 1 ? 'lies' : 'lie'} outside the brain. Check whether ${ids.length === 1 ? 'it is a true lesion' : 'they are true lesions'}.`,
    },
  ];
}

function contrastInWords({ dwiRatio, adcRatio }: Contrast): string {
  if (dwiRatio === null || adcRatio === null) return 'No measurement was possible here.';
  return `DWI ${dwiRatio.toFixed(1)} times the surrounding tissue, ADC ${Math.round(100 * adcRatio)} % of this patient’s healthy tissue.`;
}

function doubtInWords(doubt: Doubt, contrast: Contrast): string {
  return doubt === 'outside-brain'
    ? 'Lies outside the brain.'
    : `Neither DWI-bright nor ADC-low: ${contrastInWords(contrast)}`;
}

function volumeOf(lesions: readonly Pick<Lesion, 'volumeMl'>[]): number {
  return lesions.reduce((sum, { volumeMl }) => sum + volumeMl, 0);
}

function amount(volumeMl: number): string {
  return `${volumeMl.toFixed(volumeMl < 10 ? 1 : 0)} mL`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function listed(ids: readonly (number | string)[]): string {
  return ids.length === 1 ? String(ids[0]) : `${ids.slice(0, -1).join(', ')} and ${ids[ids.length - 1]}`;
}
