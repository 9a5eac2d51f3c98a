import { readSourceSlices, type SourceSlice } from '@atoll/dicom/seg/source-slice';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { InputFile } from './input-file.ts';
import { kindOfFile } from './looked.ts';
import { openZip } from './zip.ts';

/** The DICOM files among those that were given and those in their ZIPs. @throws AtollError ZIP_*, FILE_UNREADABLE */
export async function dicomFiles(files: readonly InputFile[]): Promise<InputFile[]> {
  const found: InputFile[] = [];
  for (const file of files) {
    const kind = await kindOfFile(file);
    if (kind === 'dicom') found.push(file);
    if (kind !== 'zip') continue;
    for (const entry of (await openZip(file)).files) {
      if ((await kindOfFile(entry)) === 'dicom') found.push(entry);
    }
  }
  return found;
}

/**
 * The slices of all images among DICOM files, with what a segmentation must repeat of them. Pixels are not kept.
 * @throws AtollError DICOM_FILE_UNREADABLE when none of the files can be read, FILE_UNREADABLE, ZIP_*, JOB_CANCELLED
 */
export async function readSlices(
  files: readonly InputFile[],
  signal?: AbortSignal,
): Promise<readonly SourceSlice[]> {
  const slices: SourceSlice[] = [];
  let fault: AtollError | null = null;
  for (const file of files) {
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
    const bytes = await file.read();
    try {
      slices.push(...readSourceSlices(bytes));
    } catch (thrown) {
      fault = asAtollError(thrown);
    }
  }
  if (slices.length === 0 && fault !== null) throw fault;
  return slices;
}
