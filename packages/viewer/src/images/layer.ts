import type { FetchedVolume } from './fetch-volume.ts';

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number];

/** How a layer is drawn: dashes of two tones along its outline, or filled with a colour for each count. */
export type Look =
  | { readonly kind: 'dashes'; readonly tones: readonly [Colour, Colour] }
  | { readonly kind: 'counts'; readonly colours: readonly Colour[] };

/** What may lie over the images beside the run's own mask and the reference. */
export type Layer = {
  /** Equal ids are equal files. */
  readonly id: string;
  /** Or the file's own bytes, where the page has them and asks nobody. */
  readonly url: string | Uint8Array;
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

/** Counts are read by their colours, which what lies below must not change much. */
export const countsOpacity = 0.85;

export function cssColour(colour: Colour): string {
  return `rgb(${colour.join(' ')})`;
}
