import type { RegionSide } from './regions.ts';

/** How much of a region a lesion takes, and how much of the lesion lies there. */
export type RegionShare = {
  readonly name: string;
  readonly side: RegionSide;
  /** The artery of the territory; the name again if there is none. */
  readonly group: string;
  readonly volumeMl: number;
  /** Of the region in this patient, within the field of view. */
  readonly regionMl: number;
  /** 0–100. */
  readonly percentOfRegion: number;
  /** 0–100. */
  readonly percentOfLesion: number;
};

/** Of what is marked, where it lies. Largest first; regions without any of it are left out. */
export type Place = {
  /** In words, such as "left MCA, insula and lentiform". */
  readonly phrase: string;
  readonly territories: readonly RegionShare[];
  /** Lobes and deep structures. */
  readonly structures: readonly RegionShare[];
  /** Further than 6 mm from any territory of the atlas. */
  readonly outsideMl: number;
};

/** From when on a region counts as affected: either is enough. */
export type AspectsCutoff = { readonly percentOfRegion: number; readonly volumeMl: number };
export const usualCutoff: AspectsCutoff = { percentOfRegion: 20, volumeMl: 2 };

export type ScoredRegion = Omit<RegionShare, 'group' | 'percentOfLesion'> & {
  readonly affected: boolean;
  /** Points that an affected region deducts from the score. */
  readonly points: number;
};

/** A score by overlap with an atlas: an estimate, not a read ASPECTS. */
export type ScoreEstimate = { readonly score: number; readonly regions: readonly ScoredRegion[] };

/** How well the atlas lies on this brain. */
export type Fit = {
  readonly verdict: 'good' | 'fair' | 'poor';
  /** For people: what the verdict means, and why. */
  readonly sentence: string;
  /** Of the outlines of the atlas' brain and the patient's. */
  readonly outlineDice: number;
  /** Correlation of the patient's ADC with the template's. */
  readonly adcCorrelation: number | null;
  /** How much of the atlas' ventricles is CSF here, 0–100. Swelling moves ventricles: no part of the verdict. */
  readonly ventriclesPercentCsf: number | null;
  /** Size of this brain over the template's along x, y and z. */
  readonly scale: readonly [number, number, number];
  readonly rotationDegrees: number;
};

type Placement = {
  readonly fit: Fit;
  /** Three rows: the patient's world mm (RAS+) to those of MNI152NLin6Asym. */
  readonly toMni: readonly (readonly number[])[];
};

/** A label of the overlay, for its legend. */
export type LegendEntry = {
  readonly label: number;
  readonly name: string;
  readonly side: RegionSide;
  readonly group: string;
};

/** By what atlas. */
export type AtlasCredit = {
  readonly id: string;
  readonly title: string;
  /** Template space, as TemplateFlow names it. */
  readonly space: string;
  readonly licences: readonly string[];
  readonly citations: readonly string[];
};

/** Where the lesions lie, by an atlas: or, where it fits poorly, only that. */
export type Location =
  | (Placement & { readonly status: 'poor-fit' })
  | (Placement & {
      readonly status: 'located';
      /** The whole mask. */
      readonly whole: Place;
      readonly lesions: readonly (Place & { readonly id: number })[];
      readonly cutoff: AspectsCutoff;
      /** Of the MCA territory of each side. */
      readonly aspects: { readonly left: ScoreEstimate; readonly right: ScoreEstimate };
      readonly pcAspects: ScoreEstimate;
    });
