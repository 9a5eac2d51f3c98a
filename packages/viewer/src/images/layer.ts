import type { LegendEntry } from '@atoll/contract/location';
import type { Colour } from '@atoll/pictures/slice-picture';
import type { FetchedVolume } from './fetch-volume.ts';

/**
 * How a layer is drawn: dashes of two tones along its outline, filled with a colour for each count, or as a thin wash
 * with a colour for each region.
 */
export type Look =
  | { readonly kind: 'dashes'; readonly tones: readonly [Colour, Colour] }
  | { readonly kind: 'counts'; readonly colours: readonly Colour[] }
  | {
      readonly kind: 'regions';
      /** Of the labels 1, 2, … */
      readonly colours: readonly Colour[];
      readonly groups: readonly { readonly title: string; readonly colour: Colour }[];
    };

/** An address, or a file that is here already. */
export type LayerSource = string | Uint8Array;

/** What may lie over the images beside the run's own mask and the reference. */
export type Layer = {
  /** Equal ids are equal files. */
  readonly id: string;
  readonly source: LayerSource;
  readonly title: string;
  readonly look: Look;
};

export type LoadedLayer = Layer & {
  readonly file: FetchedVolume;
  /** Kept at hand for a look at what is below it. */
  readonly isHidden: boolean;
};

/** Violet: told from the mask's orange by the colour-blind too, and from the reference's line by its dashes. */
export const otherRunLook: Look = {
  kind: 'dashes',
  tones: [
    [236, 140, 255],
    [142, 36, 190],
  ],
};

/** Red: what a second look found and the mask does not hold. */
export const missedLook: Look = {
  kind: 'dashes',
  tones: [
    [255, 92, 92],
    [150, 0, 24],
  ],
};

/** Turquoise: where the ADC is low. */
export const lowAdcLook: Look & { kind: 'regions' } = {
  kind: 'regions',
  colours: [[64, 224, 208]],
  groups: [{ title: '10⁻⁶ mm²/s', colour: [64, 224, 208] }],
};

/** Light and dark green: what another threshold of a probability map would mark. */
export const thresholdLook: Look = {
  kind: 'dashes',
  tones: [
    [170, 255, 60],
    [60, 120, 0],
  ],
};

/** Pale and dark blue: the engine's outline of the brain. */
export const brainLook: Look = {
  kind: 'dashes',
  tones: [
    [196, 214, 255],
    [44, 74, 150],
  ],
};

/** Light and dark of each: yellow, bluish green, white. */
const modelTones: readonly (readonly [Colour, Colour])[] = [
  [
    [245, 230, 80],
    [150, 132, 0],
  ],
  [
    [60, 225, 165],
    [0, 120, 84],
  ],
  [
    [240, 240, 240],
    [120, 120, 120],
  ],
];

/** What one of an engine's models marked. @param at which of them. */
export function modelLook(at: number): Look {
  return { kind: 'dashes', tones: modelTones[at % modelTones.length] };
}

/** How many of three models marked a voxel: from dark to light, so that the order needs no colour. */
export const agreementLook: Look & { kind: 'counts' } = {
  kind: 'counts',
  colours: [
    [76, 56, 190],
    [240, 112, 146],
    [255, 226, 92],
  ],
};

/** Told apart by the colour-blind, and none of them near the mask's orange (after Okabe and Ito 2008). */
const groupColours: Readonly<Record<string, Colour>> = {
  ACA: [86, 180, 233],
  MCA: [0, 158, 115],
  PCA: [204, 121, 187],
  vertebrobasilar: [240, 228, 66],
};
const otherColour: Colour = [170, 170, 170];

/** The territories of an atlas: a hue for each artery, and shades of it for its parts, so that their borders show. */
export function territoryLook(legend: readonly LegendEntry[]): Look & { kind: 'regions' } {
  const most = legend.reduce((highest, { label }) => Math.max(highest, label), 0);
  const colours: Colour[] = Array.from({ length: most }, () => otherColour);
  const seen = new Map<string, number>();
  for (const { label, group, side } of legend) {
    const part = seen.get(`${group} ${side}`) ?? 0;
    seen.set(`${group} ${side}`, part + 1);
    const shade = [1, 0.6, 0.82, 0.45][part % 4];
    const [r, g, b] = groupColours[group] ?? otherColour;
    colours[label - 1] = [Math.round(r * shade), Math.round(g * shade), Math.round(b * shade)];
  }
  const groups = [...new Set(legend.map(({ group }) => group))];
  return {
    kind: 'regions',
    colours,
    groups: groups.map((title) => ({ title, colour: groupColours[title] ?? otherColour })),
  };
}

/** Of a wash over the images, which must not hide them. */
export const regionsOpacity = 0.4;

/** Counts are read by their colours, which what lies below must not change much. */
export const countsOpacity = 0.85;

export function cssColour(colour: Colour): string {
  return `rgb(${colour.join(' ')})`;
}
