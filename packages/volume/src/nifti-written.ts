import { gunzipStart, isGzip } from './gzip.ts';
import { headerBytes, parseNiftiHeader } from './nifti-header.ts';
import { layouts } from './nifti-layout.ts';

/** What `writeNifti` writes into the description of its files. */
export const description = 'Atoll';

/** Whether a NIfTI file, of which these are the first bytes (packed or not), was written by Atoll. */
export function writtenByAtoll(start: Uint8Array): boolean {
  const bytes = isGzip(start) ? gunzipStart(start, headerBytes) : start;
  const at = layouts[parseNiftiHeader(bytes).version].description;
  return (
    new TextDecoder('latin1').decode(bytes.subarray(at, at + description.length + 1)) === `${description}\0`
  );
}
