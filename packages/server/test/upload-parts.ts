import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CaseRegistry } from '@atoll/cases/registry';
import type { CaseSource } from '@atoll/cases/source';
import type { UploadedCases } from '@atoll/cases/uploads/uploaded-cases';
import { openUploadedCases } from '@atoll/instance/uploaded-cases';
import { writeNifti, writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Affine, Grid } from '@atoll/volume/volume';
import type { FastifyInstance } from 'fastify';
import type { BodyPace } from '../src/guards/body-deadline.ts';
import { buildServer } from '../src/server.ts';
import { UploadDesk } from '../src/uploads/upload-desk.ts';
import type { MemoryJobs } from './memory-jobs.ts';
import { memoryParts } from './memory-parts.ts';

/** The first index runs to the patient's left, and the slices lie aslant. */
const affine: Affine = [
  [-6, 0, 0, 42],
  [0, 5.7, -1.8, -36],
  [0, 1.8, 5.7, 9],
];
export const grid: Grid = { shape: [12, 10, 6], affine };
const voxels = 12 * 10 * 6;

/** Another value in every voxel, so that nothing can change places unseen, and rough as tissue is. */
const signal = (at: number) => 100 + ((at * 397) % voxels);

export const dwiFile = writeNifti(
  { ...grid, data: new Float32Array(voxels).map((_, at) => signal(at)) },
  'int16',
);
/** Of the same head: lower where the DWI is brighter. */
export const adcFile = writeNifti(
  { ...grid, data: new Float32Array(voxels).map((_, at) => 1600 - signal(at)) },
  'float32',
);
export const b0File = writeNifti(
  { ...grid, data: new Float32Array(voxels).map((_, at) => Math.E * signal(at)) },
  'float32',
);
export const maskFile = writeNiftiMask({ ...grid, data: new Uint8Array(voxels).fill(1, 40, 60) });

/** With a name where scanners and converters leave names. */
export function named(file: Uint8Array): Uint8Array {
  const out = new Uint8Array(file);
  out.set(new TextEncoder().encode('Doe^Jane 1950'), 148);
  out.set(new TextEncoder().encode('JANE.DOE'), 228);
  return out;
}

export type UploadServer = {
  readonly server: FastifyInstance;
  readonly url: string;
  readonly dataDir: string;
  readonly jobs: MemoryJobs;
  readonly uploaded: UploadedCases;
  readonly desk: UploadDesk | null;
  /** Every file that lies where uploaded cases do, and on their way there. */
  left(): string[];
  /** Removes all cases. */
  clear(): Promise<void>;
  /** As `close`, but what lies in the data folder stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
};

const listed: CaseSource = {
  id: 'listed',
  title: 'Listed',
  list: async () => [
    {
      id: 'public-one',
      title: 'One',
      description: '',
      source: 'listed',
      images: ['dwi', 'adc'],
      licence: null,
    },
  ],
  open: async () => ({ dwi: dwiFile, adc: adcFile }),
};

/** A server that takes cases into a folder of its own and listens; its jobs live in memory. */
export async function startUploadServer(
  env: Record<string, string> = {},
  {
    dataDir = mkdtempSync(join(tmpdir(), 'atoll-uploads-')),
    pace,
  }: { dataDir?: string; pace?: BodyPace } = {},
): Promise<UploadServer> {
  const parts = memoryParts({ ATOLL_DATA_DIR: dataDir, ATOLL_RATE_LIMIT_PER_MINUTE: '0', ...env });
  const uploaded = openUploadedCases(parts.settings);
  parts.jobs.cases = { ...parts.jobs.cases, remove: (caseId) => uploaded.remove(caseId) };
  const uploads = parts.settings.uploads ? new UploadDesk(parts.settings, uploaded) : null;
  await uploads?.start(() => undefined);
  const server = await buildServer({
    ...parts,
    cases: new CaseRegistry([listed, uploaded]),
    uploads,
    ...(pace === undefined ? {} : { bodyPace: pace }),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const stop = async () => {
    uploads?.stop();
    server.server.closeAllConnections();
    await server.close();
  };
  return {
    server,
    url,
    dataDir,
    jobs: parts.jobs,
    uploaded,
    desk: uploads,
    left: () =>
      readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(dataDir.length + 1))
        .sort(),
    async clear() {
      for await (const some of uploaded.stored()) for (const { id } of some) await uploaded.remove(id);
    },
    stop,
    async close() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A form with these files, as browsers and curl send it. */
export function form(
  files: Readonly<Record<string, Uint8Array>>,
  fields: Record<string, string> = {},
): FormData {
  const data = new FormData();
  for (const [name, bytes] of Object.entries(files)) {
    data.append(name, new Blob([new Uint8Array(bytes)]), `Doe^Jane_${name}.nii`);
  }
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

export const gzipped = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
