import type { Vec3 } from '@atoll/volume/volume';
import type { Parameters } from './parameters.ts';

/** The ground that all steps on the brain's box share; images in canonical order, one value a voxel. */
export type Ground = {
  readonly shape: Vec3;
  readonly spacingMm: Vec3;
  readonly brain: Uint8Array;
  /** Smoothed and calibrated: healthy tissue lies at 820 (10⁻⁶ mm²/s). */
  readonly adc: Float32Array;
};

/** The same with what the preset asks for. */
export type Work = Ground & { readonly parameters: Parameters };

export function voxelMlOf(spacingMm: Vec3): number {
  return (spacingMm[0] * spacingMm[1] * spacingMm[2]) / 1000;
}
