import { sameGrid } from '@atoll/volume/affine';
import { joinVolumes } from './joined.ts';
import type { Found } from './looked.ts';
import { type Seen, see } from './seen.ts';
import { isUsableBValue } from './shells.ts';

/** Fewer are no trace: of one or two directions a white matter tract may be as bright as a lesion. */
const fewest = 3;

/** What a name ends with where it tells one direction from the others: an axis, or a number. */
const direction = /(?<![ _-])[ _-]+(x|y|z|i|j|k|r|p|s|rl|lr|ap|pa|si|is|fh|hf|dir[ _-]?\w{1,3}|\d{1,3})$/i;

/**
 * Joins images of one volume each that are the directions of one measurement, as some scanners and converters leave
 * them: the same folder, grid and b-value, and names that differ by an axis or a number alone. They stand in the
 * place of the first, as one image with a volume for each direction. Trace images and maps are left alone.
 */
export function joinDirections(found: readonly Found[]): Found[] {
  const groups: Group[] = [];
  for (const [at, each] of found.entries()) {
    const member = asMember(each, at);
    if (member === null) continue;
    const group = groups.find((other) => belongs(member, other[0]));
    if (group === undefined) groups.push([member]);
    else group.push(member);
  }
  const joined = groups.filter((group) => group.length >= fewest);
  return found.flatMap((each, at) => {
    const group = joined.find((members) => members.some((member) => member.at === at));
    if (group === undefined) return [each];
    return group[0].at === at ? [join(group)] : [];
  });
}

type Member = { readonly at: number; readonly found: Found; readonly stem: string; readonly bValue: number };
type Group = [Member, ...Member[]];

function asMember(found: Found, at: number): Member | null {
  const seen = see({ ...found, id: '' });
  const bValue = bValueOf(seen);
  const stem = stemOf(found);
  if (bValue === null || stem === null) return null;
  return { at, found, stem, bValue };
}

function bValueOf({ candidate, called, trace, synthetic, bValues }: Seen): number | null {
  if (candidate.volumes !== 1 || trace || synthetic) return null;
  if (called !== null && called !== 'diffusion') return null;
  const bValue = bValues?.[0] ?? null;
  return bValue !== null && isUsableBValue(bValue) ? bValue : null;
}

/** The folder and the name without its direction; null where the name has none. */
function stemOf({ source, seriesDescription, name, dicom }: Found): string | null {
  const text = source === 'dicom' ? (seriesDescription ?? '') : name;
  if (!direction.test(text)) return null;
  return `${dicom?.series.studyInstanceUid ?? ''} ${text.replace(direction, '')}`;
}

function belongs(one: Member, other: Member): boolean {
  return (
    one.stem === other.stem &&
    one.found.source === other.found.source &&
    Math.abs(one.bValue - other.bValue) <= 0.05 * other.bValue &&
    sameGrid(one.found.grid, other.found.grid)
  );
}

function join(group: Group): Found {
  const first = group[0].found;
  const members = group.map(({ found }) => found);
  return {
    ...joinVolumes(members),
    name: `${first.name.replace(direction, '')} (${group.length} directions)`,
    paths: members.flatMap(({ paths }) => paths),
    bValues: group.map(({ bValue }) => bValue),
    // A segmentation would have to refer to one series of several.
    dicom: null,
  };
}
