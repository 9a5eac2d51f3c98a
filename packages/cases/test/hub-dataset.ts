import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import type { RangeServer } from './range-server.ts';

export type HubRow = {
  readonly id: string;
  readonly dwi: Uint8Array | null;
  readonly adc: Uint8Array | null;
  readonly mask: Uint8Array | null;
  /** Columns that nobody wants, such as the CT. */
  readonly ct: Uint8Array;
};

export type Layout = {
  readonly codec: 'SNAPPY' | 'UNCOMPRESSED';
  readonly rowGroupSize: number;
  readonly pageSize: number;
};

const volumes = ['ncct', 'dwi', 'adc', 'lesion_mask'] as const;

/** A shard in the schema of ISLES’24 on the hub: volumes are structs of bytes and path. */
export function writeShard(rows: readonly HubRow[], { codec, rowGroupSize, pageSize }: Layout): Uint8Array {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: 2 + volumes.length },
    { name: 'subject_id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ...volumes.flatMap((name): SchemaElement[] => [
      { name, repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ]),
    { name: 'age', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  ];
  const cell = (bytes: Uint8Array | null, path: string) => (bytes === null ? null : { bytes, path });
  const columnData: ColumnSource[] = [
    { name: 'subject_id', data: rows.map(({ id }) => id) },
    { name: 'ncct', data: rows.map(({ ct }) => cell(ct, 'ncct.nii.gz')) },
    { name: 'dwi', data: rows.map(({ dwi }) => cell(dwi, 'dwi.nii.gz')) },
    { name: 'adc', data: rows.map(({ adc }) => cell(adc, 'adc.nii.gz')) },
    { name: 'lesion_mask', data: rows.map(({ mask }) => cell(mask, 'lesion_msk.nii.gz')) },
    { name: 'age', data: rows.map(() => 71) },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, codec, rowGroupSize, pageSize }));
}

/** Puts shards on a server as the hub has them: a list by its API, files behind redirects to another host. */
export function serveDataset(
  hub: RangeServer,
  files: RangeServer,
  { dataset, revision }: { readonly dataset: string; readonly revision: string },
  shards: readonly Uint8Array[],
): void {
  const names = shards.map((_, at) => `data/train-0000${at}-of-0000${shards.length}.parquet`);
  const tree = names.map((path, at) => ({ type: 'file', oid: 'x', path, size: shards[at].length }));
  const list = JSON.stringify([{ type: 'directory', path: 'data', size: 0 }, ...tree]);
  hub.files.set(`/api/datasets/${dataset}/tree/${revision}/data`, new TextEncoder().encode(list));
  for (const [at, name] of names.entries()) {
    hub.files.set(`/datasets/${dataset}/resolve/${revision}/${name}`, {
      redirect: `${files.url}/blobs/${at}`,
    });
    files.files.set(`/blobs/${at}`, shards[at]);
  }
}
