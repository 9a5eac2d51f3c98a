import type { Volume } from '@atoll/volume/volume';

/** What one run may take of the machine before its thread is ended. */
export type Bounds = {
  /** Of typed arrays, which is nearly all that the pipeline holds. */
  readonly memoryBytes: number;
  readonly deadlineMs: number;
};

/**
 * Several times what the pipeline needs: 200 bytes and some microseconds a voxel of the DWI. What goes beyond is not a
 * larger image but a fault, and must end before the machine does.
 */
export function boundsOf({ dwi, adc }: { readonly dwi: Volume; readonly adc: Volume }): Bounds {
  return {
    memoryBytes: 2 ** 29 + 300 * dwi.data.length + 16 * adc.data.length,
    deadlineMs: 120_000 + 0.06 * (dwi.data.length + adc.data.length),
  };
}
