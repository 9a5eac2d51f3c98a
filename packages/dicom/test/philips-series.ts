import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { DicomSlice } from './dicom-edit.ts';

const folder =
  process.env.ATOLL_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** 544 DICOM files of a volunteer: 32 slices × (b0, 12 × b1000, 4 × b ≈ 0). */
export const philipsZip = `${folder}/philips-dwi-dicom.zip`;
/** The same volunteer as NIfTI, made from these files by another program. */
export const philipsVolunteer = `${folder}/philips-volunteer`;

/** True where the real data is not there, so that tests on it are skipped; in CI they run and fail instead. */
export const withoutPhilips = !existsSync(philipsZip) && process.env.CI !== 'true';
if (withoutPhilips)
  console.warn(`Skipping tests on real DICOM: ${philipsZip} is not there (ATOLL_TEST_DATA).`);

let series: Promise<Uint8Array[]> | null = null;

/** The files of the series, in the order of their names; unpacked once. */
export function philipsSeries(): Promise<Uint8Array[]> {
  series ??= unpack();
  return series;
}

async function unpack(): Promise<Uint8Array[]> {
  const zip = new ZipReader(new BlobReader(new Blob([new Uint8Array(await readFile(philipsZip))])));
  const entries = (await zip.getEntries()).filter((entry) => !entry.directory);
  const sorted = entries.sort((a, b) => a.filename.localeCompare(b.filename, 'en', { numeric: true }));
  const files: Uint8Array[] = [];
  for (const entry of sorted) {
    if (entry.directory) continue;
    files.push(await entry.getData(new Uint8ArrayWriter(), { useWebWorkers: false }));
  }
  return files;
}

/** The b0 and the first three directions of each slice. */
export function fewDirections(files: readonly Uint8Array[]): Uint8Array[] {
  const directions = new Map<string, number>();
  return files.filter((bytes) => {
    const slice = new DicomSlice(bytes);
    if (slice.bValue < 500) return slice.bValue === 0;
    const place = slice.place.position.join();
    const count = (directions.get(place) ?? 0) + 1;
    directions.set(place, count);
    return count <= 3;
  });
}
