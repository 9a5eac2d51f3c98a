import { voxelVolumeMl } from '@atoll/volume/affine';
import { type NumberedLesions, numberLesions } from '@atoll/volume/numbered-lesions';
import type { Mask, Volume } from '@atoll/volume/volume';
import { diceOf, isMarkedBy, votesIn, whereVoted } from '@atoll/volume/votes';
import type { Joined } from '../engine.ts';
import { measureLesions } from '../measure.ts';
import type { Disagreement, EnsembleReport } from '../report.ts';
import { partOverlayId } from './ensemble-name.ts';
import { type Pieces, piecesBeyond } from './pieces-beyond.ts';

/** More than these are only counted: of speckled masks nobody reads thousands. */
const mostListed = 100;

type Judged = {
  readonly mask: Mask;
  readonly adc: Volume;
  readonly brain: Mask | null;
  /** The lesions of the mask. */
  readonly numbered: NumberedLesions;
};

/** How the engines of an ensemble agree: with one another, with the joined mask, on each lesion, and where not. */
export function reportEnsemble(
  { rule, parts, votes, isMarked }: Joined,
  { mask, adc, brain, numbered }: Judged,
): EnsembleReport {
  const voxelMl = voxelVolumeMl(mask.affine);
  const total = (counts: (pattern: number) => boolean) =>
    votes.counts.reduce((sum, count, pattern) => sum + (counts(pattern) ? count : 0), 0);
  const inMask = total((pattern) => isMarked[pattern]);
  return {
    rule,
    parts: parts.map(({ engine, title, mask: own, performance }, part) => {
      const voxels = total((pattern) => isMarkedBy(pattern, part));
      const shared = total((pattern) => isMarkedBy(pattern, part) && isMarked[pattern]);
      return {
        engine,
        title,
        overlay: partOverlayId(engine),
        volumeMl: voxels * voxelMl,
        lesionCount: numberLesions(own).count,
        diceWithMask: voxels + inMask === 0 ? 1 : (2 * shared) / (voxels + inMask),
        aloneMl: (votes.counts[1 << part] ?? 0) * voxelMl,
        sensitivity: performance?.sensitivity ?? null,
        specificity: performance?.specificity ?? null,
      };
    }),
    dice: parts.flatMap(({ engine }, one) =>
      parts.slice(one + 1).map((other, after) => ({
        engines: [engine, other.engine] as const,
        dice: diceOf(votes, one, one + 1 + after),
      })),
    ),
    votesMl: parts.map((_, part) => total((pattern) => votesIn(pattern) === part + 1) * voxelMl),
    lesionVotes: votesByLesion(numbered, votes.patterns, parts.length).map((shares, lesion) => ({
      lesionId: lesion + 1,
      shares: parts.map(({ engine }, part) => ({ engine, share: shares[part] })),
    })),
    ...disagreementsOf({ rule, parts, votes, isMarked }, { mask, adc, brain }),
  };
}

/** For each lesion and part, the share of its voxels that the part marks. */
function votesByLesion({ numbers, count, sizes }: NumberedLesions, patterns: Uint16Array, parts: number) {
  const marked = Array.from({ length: count }, () => new Float64Array(parts));
  for (let at = 0; at < numbers.length; at++) {
    if (numbers[at] === 0) continue;
    const own = marked[numbers[at] - 1];
    for (let part = 0; part < parts; part++) own[part] += (patterns[at] >> part) & 1;
  }
  return marked.map((own, lesion) => Array.from(own, (voxels) => voxels / sizes[lesion + 1]));
}

/** What one engine alone marked, less rims around what others mark, too; the largest first. */
function disagreementsOf(
  { parts, votes, isMarked }: Joined,
  { mask, adc, brain }: Omit<Judged, 'numbered'>,
): Pick<EnsembleReport, 'disagreements' | 'unlisted'> {
  const found = parts.map((_, part) =>
    piecesBeyond(
      whereVoted(votes, (pattern) => pattern === 1 << part),
      whereVoted(votes, (pattern) => pattern !== 0 && pattern !== 1 << part),
      mask,
    ),
  );
  const all = found
    .flatMap(({ count, sizes, isApart }, part) =>
      Array.from({ length: count }, (_, n) => ({
        part,
        label: n + 1,
        size: sizes[n + 1],
        isApart: isApart[n + 1],
      })),
    )
    .sort((a, b) => b.size - a.size || a.part - b.part || a.label - b.label);
  const listed = all.slice(0, mostListed);
  const numbered = renumbered(found, listed);
  const measured = measureLesions({ mask: { ...mask, data: maskOf(numbered) }, adc, brain, numbered });
  const voxelMl = voxelVolumeMl(mask.affine);
  const rest = all.slice(mostListed);
  return {
    disagreements: measured.lesions.map(
      (place, n): Disagreement => ({
        ...place,
        engine: parts[listed[n].part].engine,
        isApart: listed[n].isApart,
        isInMask: isMarked[1 << listed[n].part],
      }),
    ),
    unlisted: { count: rest.length, volumeMl: rest.reduce((sum, { size }) => sum + size, 0) * voxelMl },
  };
}

/** Pieces of several parts, which share no voxel, numbered as they are listed. */
function renumbered(
  found: readonly Pieces[],
  listed: readonly { readonly part: number; readonly label: number; readonly size: number }[],
): NumberedLesions {
  const numbers = new Int32Array(found[0].labels.length);
  for (const [part, { labels, count }] of found.entries()) {
    const numberOf = new Int32Array(count + 1);
    for (const [n, piece] of listed.entries()) if (piece.part === part) numberOf[piece.label] = n + 1;
    for (let at = 0; at < labels.length; at++) if (labels[at] !== 0) numbers[at] = numberOf[labels[at]];
  }
  return { numbers, count: listed.length, sizes: Int32Array.of(0, ...listed.map(({ size }) => size)) };
}

function maskOf({ numbers }: NumberedLesions): Uint8Array {
  const out = new Uint8Array(numbers.length);
  for (let at = 0; at < out.length; at++) if (numbers[at] !== 0) out[at] = 1;
  return out;
}
