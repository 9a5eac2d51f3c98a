import type { Mask, Volume } from './volume.ts';

/** The image alone, without what a reader may have hung onto it, in memory that can be given away. */
export function copyOfVolume({ shape, affine, data }: Volume): Volume<Float32Array<ArrayBuffer>> {
  return { shape, affine, data: new Float32Array(data) };
}

/** The same of a mask. */
export function copyOfMask({ shape, affine, data }: Mask): Mask & { readonly data: Uint8Array<ArrayBuffer> } {
  return { shape, affine, data: new Uint8Array(data) };
}
