import { gunzip, isGzip } from './gzip.ts';
import { HeaderView, layouts } from './nifti-layout.ts';
import { defaultMaxBytes, readNiftiHeader } from './nifti-read.ts';
import { countInMillimetres } from './nifti-units.ts';

/**
 * The same image with its lengths in millimetres, for viewers that pass over the unit: they would lay it beside a
 * mask a thousand times larger or smaller. What is in millimetres already comes back as it is, packed or not.
 * @throws AtollError as `readNiftiHeader` and `gunzip`
 */
export async function inMillimetres(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { version, littleEndian, lengthUnit } = readNiftiHeader(bytes);
  if (lengthUnit.millimetres === 1) return bytes;
  const file = new Uint8Array(isGzip(bytes) ? await gunzip(bytes, defaultMaxBytes) : bytes);
  countInMillimetres(new HeaderView(new DataView(file.buffer), version, littleEndian), layouts[version]);
  return file;
}
