import { gzipSync } from 'node:zlib';
import type { CaseSummary } from '@atoll/cases/source';
import type { Report } from '@atoll/contract/report';
import type { Availability, Engine } from '@atoll/engines/engine';
import type { Machine } from '@atoll/engines/machine';
import { AtollError } from '@atoll/errors/error';
import { openInstance } from '@atoll/instance/instance';
import { readSettings } from '@atoll/instance/settings';
import type { Job, JobStatus } from '@atoll/jobs/job';
import type { Store, StoredFile } from '@atoll/store/store';
import type { CaseDesk, EngineDesk, JobDesk, ServerParts } from '../src/parts.ts';

/** Small parts that live in memory, for tests of the HTTP surface alone. */

export const modifiedAt = new Date('2026-11-24T03:00:00.500Z');

function storedFile(bytes: Uint8Array): StoredFile {
  return {
    sizeBytes: bytes.byteLength,
    modifiedAt,
    read: ({ first, last } = { first: 0, last: bytes.byteLength - 1 }) =>
      new Blob([new Uint8Array(bytes.subarray(first, last + 1))]).stream(),
  };
}

class MemoryResults implements Store {
  readonly #files = new Map<string, ReadonlyMap<string, Uint8Array>>();
  /** Every name that was asked for: what reached the store. */
  readonly asked: string[] = [];

  async put(jobId: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    this.#files.set(jobId, files);
  }

  async open(jobId: string, name: string): Promise<StoredFile | null> {
    this.asked.push(`${jobId}/${name}`);
    const bytes = this.#files.get(jobId)?.get(name);
    return bytes === undefined ? null : storedFile(bytes);
  }

  async names(jobId: string): Promise<string[]> {
    return [...(this.#files.get(jobId)?.keys() ?? [])];
  }

  async has(jobId: string): Promise<boolean> {
    return this.#files.has(jobId);
  }

  async *list() {
    yield [...this.#files.keys()].map((id) => ({ id, usedAt: modifiedAt }));
  }

  async touch() {}

  async usedAt(jobId: string) {
    return this.#files.has(jobId) ? modifiedAt : null;
  }

  async freeBytes() {
    return null;
  }

  async delete(jobId: string): Promise<void> {
    this.#files.delete(jobId);
  }

  async setAside() {}

  async aside() {
    return [];
  }

  async bringBack() {}

  async owner() {
    return null;
  }

  async setOwner() {}
}

export class MemoryJobs implements JobDesk {
  readonly results = new MemoryResults();
  readonly #jobs = new Map<string, Job>();
  readonly #watchers = new Set<Parameters<JobDesk['watch']>[0]>();
  full = false;
  get watching(): number {
    return this.#watchers.size;
  }

  broken = false;

  readonly #submissions = new Map<string, string>();

  async submit(...[request, options]: Parameters<JobDesk['submit']>): Promise<Job> {
    const key = options?.submissionKey ?? null;
    const taken = key === null ? undefined : this.#jobs.get(this.#submissions.get(key) ?? '');
    if (taken !== undefined) return taken;
    if (this.full) throw new AtollError('QUEUE_FULL');
    const jobId = (this.#jobs.size + 1).toString(16).padStart(32, '0');
    const job: Job = {
      ...request,
      jobId,
      version: 1,
      priority: 'interactive',
      status: 'pending',
      progress: 0,
      progressMessage: 'Waiting',
      stage: null,
      error: null,
      createdAt: modifiedAt,
      startedAt: null,
      finishedAt: null,
    };
    this.#jobs.set(jobId, job);
    if (key !== null) this.#submissions.set(key, jobId);
    return job;
  }

  async get(jobId: string): Promise<Job | null> {
    if (this.broken) throw new Error('secret: sub-stroke0001 of /data/patients');
    return this.#jobs.get(jobId) ?? null;
  }

  expiresAt({ finishedAt }: Job): Date | null {
    return finishedAt === null ? null : new Date(finishedAt.getTime() + 3600_000);
  }

  async wait(jobId: string) {
    return this.#jobs.get(jobId)?.status === 'pending' ? { ahead: 2, seconds: 61.7 } : null;
  }

  async retry(jobId: string): Promise<Job> {
    const job = this.#jobs.get(jobId);
    if (job?.status !== 'failed' && job?.status !== 'cancelled') throw new AtollError('JOB_NOT_RETRYABLE');
    return this.submit(job);
  }

  workers = 1;

  async slots() {
    if (this.broken) throw new Error('down');
    return this.workers;
  }

  async depth() {
    const { pending, running } = await this.counts();
    return [
      { engine: 'diffusion', status: 'pending', total: pending },
      { engine: 'diffusion', status: 'running', total: running },
    ];
  }

  cases: JobDesk['cases'] = {
    expiresAt: async () => null,
    isExpired: async () => false,
    touch: async () => undefined,
    remove: async () => undefined,
  };

  async cancel(jobId: string): Promise<Job> {
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new AtollError('JOB_UNKNOWN');
    if (job.status === 'completed' || job.status === 'failed') throw new AtollError('JOB_NOT_CANCELLABLE');
    return this.set(jobId, { status: 'cancelled' });
  }

  async purge(jobId: string): Promise<void> {
    const ended: readonly (JobStatus | undefined)[] = ['completed', 'failed', 'cancelled'];
    if (!ended.includes(this.#jobs.get(jobId)?.status)) throw new AtollError('JOB_NOT_ENDED');
    this.#jobs.delete(jobId);
    await this.results.delete(jobId);
  }

  async counts() {
    if (this.broken) throw new Error('down');
    const count = (status: JobStatus) =>
      [...this.#jobs.values()].filter((job) => job.status === status).length;
    return { pending: count('pending'), running: count('running') };
  }

  watch(listener: Parameters<JobDesk['watch']>[0]): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  /** Puts a job into another state, as a worker would. */
  set(jobId: string, change: Partial<Job>): Job {
    const job = this.#jobs.get(jobId);
    if (job === undefined) throw new Error('no such job');
    const changed = { ...job, ...change, version: job.version + 1 };
    this.#jobs.set(jobId, changed);
    for (const tell of this.#watchers) tell({ jobId, status: changed.status });
    return changed;
  }
}

export const imageBytes = gzipSync(new Uint8Array(1000).map((_, index) => index % 251));

const summary = { description: '', source: 'memory', licence: null } as const;
const caseSummaries: readonly CaseSummary[] = [
  { ...summary, id: 'case-one', title: 'One', images: ['dwi', 'adc', 'reference'] },
  { ...summary, id: 'sub-stroke0001', title: 'Two', images: ['dwi', 'adc'] },
];

class MemoryCases implements CaseDesk {
  /** How often each case was opened. */
  readonly opened: string[] = [];
  problem: string | null = null;

  async find(caseId: string) {
    const found = caseSummaries.find((candidate) => candidate.id === caseId);
    if (found === undefined) throw new AtollError('CASE_UNKNOWN');
    return found;
  }

  async survey() {
    const sources = [{ id: 'memory', title: 'Memory', ok: true, problem: this.problem }];
    return { cases: caseSummaries, sources };
  }

  async open(caseId: string) {
    this.opened.push(caseId);
    const found = await this.find(caseId);
    const withReference = found.images.includes('reference');
    // Unpacked, as some sources store them.
    const plain = new Uint8Array(500).fill(7);
    return { dwi: imageBytes, adc: plain, ...(withReference ? { reference: plain } : {}) };
  }
}

function engine(id: string, presets: readonly string[], availability: Availability): Engine {
  return {
    id,
    version: '1.2.3',
    title: id.toUpperCase(),
    description: 'An engine of the tests.',
    presets: presets.map((preset) => ({ id: preset, title: preset, description: '' })),
    options: [{ id: 'slow', title: 'Slowly', description: '' }],
    stages: [{ id: 'look', title: 'Looking' }],
    citations: [],
    availability: async () => availability,
    segment: () => Promise.reject(new AtollError('ENGINE_FAILED')),
  };
}

const engineList = [
  engine('diffusion', ['balanced', 'specific'], { usable: true }),
  engine('deepisles', ['auto', 'fast'], {
    usable: false,
    reason: 'There is no GPU.',
    cure: 'Use a machine with one.',
  }),
];

const engines: EngineDesk = {
  list: () => engineList,
  find: (id) => {
    const found = engineList.find((candidate) => candidate.id === id);
    if (found === undefined) throw new AtollError('ENGINE_UNKNOWN');
    return found;
  },
};

const machine: Machine = {
  cores: 2,
  memoryBytes: 8e9,
  freeMemoryBytes: 4e9,
  gpus: [],
  gpuReason: 'There is no nvidia-smi on the path.',
  containers: null,
  containersReason: 'There is no docker on the path.',
  isDeepIslesImage: false,
};

export type MemoryParts = Omit<ServerParts, 'jobs' | 'cases'> & { jobs: MemoryJobs; cases: MemoryCases };

export function memoryParts(env: Record<string, string> = {}, pageDir: string | null = null): MemoryParts {
  const settings = readSettings({ ATOLL_LOG_LEVEL: 'silent', ...env });
  return {
    settings,
    jobs: new MemoryJobs(),
    cases: new MemoryCases(),
    uploads: null,
    engines,
    atlas: openInstance(settings).atlas,
    machine: async () => machine,
    pageDir,
  };
}

/** A report as an engine's run leaves it. */
export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    engine: 'diffusion',
    volumeMl: 12.34567,
    lesionCount: 1,
    lesions: [
      {
        id: 1,
        volumeMl: 12.34567,
        side: 'left',
        place: 'anterior, upper third',
        centroidMm: [-30, 10, 20],
        focusMm: [-31, 11, 21],
        meanAdcMm2PerS: 0.0004,
        minAdcMm2PerS: 0.0003,
      },
    ],
    quality: [{ name: 'snr', label: 'Signal to noise', value: 20, unit: null, normalRange: [10, 100] }],
    warnings: [],
    metrics: { status: 'no-reference' },
    overlays: [],
    plainLook: { status: 'done', seenMl: 9.5, coveredShare: 1, missed: [], doubtful: [], missedSha256: null },
    brain: null,
    elapsedSeconds: 0.4567,
    provenance: {
      atollVersion: '0.1.0',
      engine: 'diffusion',
      engineVersion: '1.2.3',
      preset: 'balanced',
      options: [],
      parameters: { threshold: 1 },
      inputSha256: { dwi: '00', adc: '11' },
      outputSha256: '22',
      createdAt: modifiedAt.toISOString(),
      runtime: 'Node 24',
      citations: [],
      notice: 'Research only.',
    },
    ...change,
  };
}

/** Runs a case to its end in memory. @returns the job's id. */
export async function completeJob(
  jobs: MemoryJobs,
  caseId: string,
  report = sampleReport(),
  further: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<string> {
  const { jobId } = await jobs.submit({
    caseId,
    engine: 'diffusion',
    preset: 'balanced',
    options: [],
    engineVersion: '1.2.3',
  });
  await endJob(jobs, jobId, caseId, report, further);
  return jobId;
}

/** Ends a job well, with its files. */
export async function endJob(
  jobs: MemoryJobs,
  jobId: string,
  caseId: string,
  report = sampleReport(),
  further: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<void> {
  await jobs.results.put(
    jobId,
    new Map([
      [`${caseId}_dwi.nii.gz`, new Uint8Array(imageBytes)],
      [`${caseId}_adc.nii.gz`, new Uint8Array(imageBytes)],
      [`${caseId}_reference.nii.gz`, new Uint8Array(imageBytes)],
      ['lesion_msk.nii.gz', new Uint8Array(imageBytes)],
      ['report.json', new TextEncoder().encode(JSON.stringify(report))],
      ...further,
    ]),
  );
  jobs.set(jobId, {
    status: 'completed',
    progress: 100,
    startedAt: modifiedAt,
    finishedAt: new Date(modifiedAt.getTime() + 1234),
  });
}
