import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Mask } from '@atoll/volume/volume';
import { gzipSync } from 'fflate';

/**
 * A mask as .nii.gz. Packed by plain code and not by the platform's zlib, of which browsers and Node have
 * different ones: equal masks are equal files, and have the same SHA-256, wherever they were made.
 */
export function maskFileOf(mask: Mask, header: NiftiHeader): Uint8Array {
  return packedMask(writeNiftiMask(mask, header));
}

/** Packs the bytes of a mask's file, for where it has no source whose header it keeps. */
export function packedMask(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { mtime: 0 });
}
