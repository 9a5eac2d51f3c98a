import { gzipSync } from 'node:zlib';
import type { CaseSummary } from '@atoll/cases/source';
import type { Report } from '@atoll/contract/report';
import type { Availability, Engine } from '@atoll/engines/engine';
import type { Machine } from '@atoll/engines/machine';
import { AtollError } from '@atoll/errors/error';
import { openInstance } from '@atoll/instance/instance';
import { readSettings } from '@atoll/instance/settings';
import type { CaseDesk, EngineDesk, ServerParts } from '../src/parts.ts';
import { MemoryJobs, modifiedAt } from './memory-jobs.ts';

/** Small parts that live in memory, for tests of the HTTP surface alone. */

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
  /** How often a reader was announced. */
  expected = 0;

  expectReader() {
    this.expected++;
  }

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
    modelRuntime: openInstance(settings).modelRuntime,
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
        place: 'anterior third of the brain, superior level',
        centroidMm: [-30, 10, 20],
        focusMm: [-31, 11, 21],
        meanAdcMm2PerS: 0.0004,
        minAdcMm2PerS: 0.0003,
      },
    ],
    lowAdc: { belowMm2PerS: 0.00062, volumeMl: 11.2 },
    quality: [{ name: 'snr', label: 'Signal to noise', value: 20, unit: null, normalRange: [10, 100] }],
    warnings: [],
    metrics: { status: 'no-reference' },
    overlays: [],
    probability: null,
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
