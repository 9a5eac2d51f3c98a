import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import { fillHolesBySlice } from '@atoll/volume/morphology';
import { toCanonical } from '@atoll/volume/orientation';
import type { Grid, Mask, Volume } from '@atoll/volume/volume';
import { readLabelFile } from './label-file.ts';
import { type AtlasKind, atlasKinds, finerStructures, regionsOf, restOfBrain } from './regions.ts';

/** Regions by their labels, 0 where there is none. */
export type LabelImage = Volume<Uint8Array>;

/** Label images of one template space on one grid, stored in canonical order (RAS). */
export type Atlas = {
  readonly grid: Grid;
  readonly labels: Readonly<Record<AtlasKind, LabelImage>>;
  /** All that is brain, ventricles included. */
  readonly brain: Mask;
  /** Ventricles, as far as a label says so. */
  readonly ventricles: Mask;
};

/** The files of an atlas, NIfTI, packed or not. */
export type AtlasFiles = Readonly<Record<AtlasKind, Uint8Array>>;

/**
 * Reads the label images and finds the brain in them. Takes some hundred milliseconds and 50 MB: keep what it gives.
 * @throws AtollError IMAGE_*, ATLAS_INVALID when labels are none of the known ones or grids differ.
 */
export async function readAtlas(files: AtlasFiles): Promise<Atlas> {
  const territory = await readLabels('territory', files.territory);
  const aspects = await readLabels('aspects', files.aspects);
  const pcAspects = await readLabels('pcAspects', files.pcAspects);
  const structure = await readLabels('structure', files.structure);
  const labels = { territory, aspects, pcAspects, structure };
  const { shape, affine } = territory;
  const grid = { shape, affine };
  for (const kind of atlasKinds) {
    if (!sameGrid(labels[kind], grid))
      throw new AtollError('ATLAS_INVALID', `The ${kind} atlas is on a different grid.`);
  }
  refine(structure.data, aspects.data);
  const brain = new Uint8Array(territory.data.length);
  const ventricles = new Uint8Array(territory.data.length);
  const isVentricle = { territory: ventriclesOf('territory'), structure: ventriclesOf('structure') };
  for (let at = 0; at < brain.length; at++) {
    const [t, s] = [territory.data[at], structure.data[at]];
    if (t === 0 && s === 0) continue;
    brain[at] = 1;
    if (isVentricle.territory[t] === 1 || isVentricle.structure[s] === 1) ventricles[at] = 1;
  }
  // Gaps between the labels, such as the third ventricle, are brain too.
  const whole = fillHolesBySlice(brain, shape);
  return {
    grid,
    labels,
    brain: { ...grid, data: whole },
    ventricles: { ...grid, data: ventricles },
  };
}

/** Tells caudate and lentiform apart among the basal ganglia, in place. */
function refine(structures: Uint8Array, aspects: Uint8Array): void {
  const finer = new Uint8Array(256 * 256);
  for (const [structure, region, label] of finerStructures) finer[256 * structure + region] = label;
  for (let at = 0; at < structures.length; at++) {
    if (structures[at] === 0 || aspects[at] === 0) continue;
    const label = finer[256 * structures[at] + aspects[at]];
    if (label !== 0) structures[at] = label;
  }
}

/** 1 for each label that is a ventricle. */
function ventriclesOf(kind: AtlasKind): Uint8Array {
  const is = new Uint8Array(256);
  for (const { label, isVentricle } of regionsOf(kind)) if (isVentricle === true) is[label] = 1;
  return is;
}

async function readLabels(kind: AtlasKind, bytes: Uint8Array): Promise<LabelImage> {
  const image = await readLabelFile(bytes);
  const { data } = image;
  const known = new Uint8Array(256);
  known[0] = 1;
  for (const { label } of regionsOf(kind)) known[label] = 1;
  const rest = restOfBrain[kind] ?? 0;
  for (let at = 0; at < data.length; at++) {
    const label = data[at];
    if (label === 0) continue;
    if (label === rest) data[at] = 0;
    else if (known[label] !== 1)
      throw new AtollError('ATLAS_INVALID', `The ${kind} atlas has an unknown label: ${label}.`);
  }
  return toCanonical(image);
}
