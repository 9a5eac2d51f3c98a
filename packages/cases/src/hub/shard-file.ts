import { AtollError } from '@atoll/errors/error';
import { type CaseFiles, type CaseRole, caseRoles } from '@atoll/volume/case-files';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import type { RemoteFile } from '../remote/remote-file.ts';

/** The column of each role. */
const columns = { dwi: 'dwi', adc: 'adc', flair: 'flair', reference: 'lesion_mask' } as const;
const idColumn = 'subject_id';

/** Holds the footer of a shard of some tens of columns; a longer one costs a second request. */
const footerGuessBytes = 1 << 15;
const maxFooterBytes = 1 << 24;
/** More than any volume that Atoll accepts. */
const maxCellBytes = 2 ** 30;

/** Only where a data set is read: its forty files cost each start. */
async function loadParquet() {
  const [parquet, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  return { ...parquet, compressors };
}

/** A row of a shard as a case: its id, and which images it has. */
export type ShardRow = { readonly id: string; readonly images: readonly CaseRole[] };

/**
 * The rows of a shard, from its footer and its column of ids alone.
 * @throws AtollError SOURCE_*, JOB_CANCELLED
 */
export async function readRows(file: RemoteFile, signal?: AbortSignal): Promise<readonly ShardRow[]> {
  return guarded(async () => {
    const buffer = bufferOf(file, signal);
    const metadata = await readFooter(buffer);
    const { parquetReadObjects, compressors } = await loadParquet();
    const rows = await parquetReadObjects({ file: buffer, metadata, columns: [idColumn], compressors });
    return rows.map((row, at) => ({ id: String(row[idColumn]), images: imagesOf(metadata, at) }));
  });
}

/**
 * The images of one row. Of the file only the row’s own cells are read, as far as its layout says where they are.
 * @throws AtollError CASE_INCOMPLETE without DWI or ADC; SOURCE_*, JOB_CANCELLED
 */
export async function readCase(file: RemoteFile, row: number, signal?: AbortSignal): Promise<CaseFiles> {
  return guarded(async () => {
    const buffer = bufferOf(file, signal);
    const metadata = await readFooter(buffer);
    const present = caseRoles.filter((role) => hasColumn(metadata, columns[role]));
    checkSizes(metadata, present);
    const { parquetReadObjects, compressors } = await loadParquet();
    const [cells] = await parquetReadObjects({
      file: buffer,
      metadata,
      columns: present.map((role) => columns[role]),
      rowStart: row,
      rowEnd: row + 1,
      useOffsetIndex: true,
      utf8: false,
      compressors,
    });
    const cell = (role: CaseRole) => bytesOf(cells?.[columns[role]]);
    const [dwi, adc, flair, reference] = caseRoles.map(cell);
    if (dwi === null || adc === null)
      throw new AtollError('CASE_INCOMPLETE', 'DWI or ADC of this case is missing.');
    return { dwi, adc, ...(flair && { flair }), ...(reference && { reference }) };
  });
}

function bufferOf(file: RemoteFile, signal: AbortSignal | undefined): AsyncBuffer {
  return {
    byteLength: file.sizeBytes,
    slice: async (start, end = file.sizeBytes) => (await file.read(start, end, signal)).buffer,
  };
}

async function readFooter(buffer: AsyncBuffer): Promise<FileMetaData> {
  const { byteLength } = buffer;
  const tail = await buffer.slice(Math.max(0, byteLength - footerGuessBytes));
  // Its length stands before the four letters at the very end.
  const footerBytes = tail.byteLength < 8 ? 0 : new DataView(tail).getUint32(tail.byteLength - 8, true) + 8;
  if (footerBytes > Math.min(maxFooterBytes, byteLength)) {
    throw new AtollError('SOURCE_INVALID', 'A file of the data set is not a complete Parquet file.');
  }
  const { parquetMetadata } = await loadParquet();
  return parquetMetadata(
    footerBytes <= tail.byteLength ? tail : await buffer.slice(byteLength - footerBytes),
  );
}

function hasColumn(metadata: FileMetaData, name: string): boolean {
  return (
    metadata.row_groups[0]?.columns.some((chunk) => chunk.meta_data?.path_in_schema[0] === name) ?? false
  );
}

/** Where a row group is one row, its footer says which cells are empty; elsewhere the column speaks for them. */
function imagesOf(metadata: FileMetaData, row: number): readonly CaseRole[] {
  let first = 0;
  const group = metadata.row_groups.find(({ num_rows }) => {
    first += Number(num_rows);
    return row < first;
  });
  return caseRoles.filter((role) => {
    const chunks =
      group?.columns.filter((chunk) => chunk.meta_data?.path_in_schema[0] === columns[role]) ?? [];
    const isEmpty = chunks.some(({ meta_data: meta }) => {
      const nulls = meta?.statistics?.null_count;
      return (
        group?.num_rows === 1n && meta?.path_in_schema[1] !== 'path' && nulls !== undefined && nulls > 0n
      );
    });
    return chunks.length > 0 && !isEmpty;
  });
}

function checkSizes(metadata: FileMetaData, present: readonly CaseRole[]): void {
  for (const { columns: chunks, num_rows: rows } of metadata.row_groups) {
    for (const { meta_data: meta } of chunks) {
      if (!present.some((role) => columns[role] === meta?.path_in_schema[0])) continue;
      if (Number(meta?.total_uncompressed_size ?? 0) > maxCellBytes * Number(rows)) {
        throw new AtollError('IMAGE_TOO_LARGE', 'An image of this case is larger than Atoll accepts.');
      }
    }
  }
}

/** A volume is stored as a struct of its bytes and its path, or as its bytes alone. */
function bytesOf(cell: unknown): Uint8Array | null {
  const inner = typeof cell === 'object' && cell !== null && 'bytes' in cell ? cell.bytes : cell;
  return inner instanceof Uint8Array && inner.length > 0 ? inner : null;
}

/** A file that is not what its name says makes the reader throw anything. */
async function guarded<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    throw new AtollError('SOURCE_INVALID', 'A file of the data set is not a valid Parquet file.', {
      cause: thrown,
    });
  }
}
