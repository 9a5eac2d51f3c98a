import type { NiftiHeader } from '@atoll/volume/nifti-header';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Mask } from '@atoll/volume/volume';
import { gzipSync } from 'fflate';

/**
 * A mask as .nii.gz. Packed by plain code and not by the platform's zlib, of which browsers and Node have
 * different ones: equal masks are equal files, and have the same SHA-256, wherever they were made.
 */
export function maskFileOf(mask: Mask, header: NiftiHeader): Uint8Array {
  return gzipSync(writeNiftiMask(mask, header), { mtime: 0 });
}
