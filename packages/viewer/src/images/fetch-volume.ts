import { expectAnswer, lostTouch, UnreachableError } from '@atoll/contract/client';
import { isGzip } from '@atoll/volume/gzip';
import { inMillimetres } from '@atoll/volume/nifti-millimetres';
import { serviceFetch } from '../connection/token-fetch.ts';

/** A file's bytes and the name that tells NiiVue what they are. */
export type FetchedVolume = { readonly bytes: ArrayBuffer; readonly fileName: string };

/**
 * Fetches an image ourselves: NiiVue's own loader knows neither an abort nor progress.
 * @param onBytes told how many bytes have come, and how many there are (null if unknown).
 */
export async function fetchVolume(
  url: string,
  role: string,
  signal: AbortSignal,
  onBytes: (got: number, total: number | null) => void,
): Promise<FetchedVolume> {
  const response = await serviceFetch(url, { signal }).catch(lostTouch(signal));
  await expectAnswer(response);
  if (response.body === null) throw new UnreachableError('stranger', response);
  const length = Number(response.headers.get('Content-Length') ?? Number.NaN);
  const total = Number.isFinite(length) ? length : null;
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let got = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read().catch(lostTouch(signal));
    if (done) break;
    chunks.push(value);
    got += value.length;
    onBytes(got, total);
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return volumeOf((await inMillimetres(bytes)).buffer, role);
}

/** A file that is here already. A host on the way may have unpacked it: its content says what it is. */
export function volumeOf(bytes: ArrayBuffer, role: string): FetchedVolume {
  const packed = isGzip(new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength)));
  return { bytes, fileName: `${role}.nii${packed ? '.gz' : ''}` };
}

/** For a view, which may keep, and change, what it is given. */
export function copiesOf<Role>(files: ReadonlyMap<Role, FetchedVolume>): ReadonlyMap<Role, FetchedVolume> {
  return new Map(
    [...files].map(([role, { bytes, fileName }]) => [role, { bytes: bytes.slice(0), fileName }]),
  );
}
