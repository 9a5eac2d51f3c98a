import type { AtlasFolder } from '@atoll/cases/atlas-folder';
import { ExampleSource } from '@atoll/cases/example/source';
import type { CaseRegistry } from '@atoll/cases/registry';
import type { UploadedCases } from '@atoll/cases/uploads/uploaded-cases';
import type { LocationWish } from '@atoll/engines/location';
import type { Engines } from '@atoll/engines/registry';
import type { Jobs } from '@atoll/jobs/jobs';
import type { PageRuntime } from '@atoll/models/runtime-files';
import { atlasFolderOf, locationWishOf } from './atlas.ts';
import { caseFolder, openCaseSources } from './case-sources.ts';
import { enginesOf } from './engines.ts';
import { pageRuntime } from './models.ts';
import type { QueueLog } from './queue.ts';
import { readSettings, type Settings } from './settings.ts';
import { openUploadedCases } from './uploaded-cases.ts';

/** @throws AtollError SETTINGS_INVALID that lists every fault, one a line. */
export function openInstance(settings: Settings = readSettings(process.env)): Instance {
  return new Instance(settings);
}

/**
 * Atoll with these settings: its cases, engines, atlas and queue. Each is opened when it is first asked for, and is
 * then the same for all, so that a command that needs one of them waits for no other.
 */
export class Instance {
  readonly settings: Settings;
  #cases: CaseRegistry | null = null;
  #uploads: UploadedCases | null = null;
  #engines: Engines | null = null;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** All cases that it has, those that were uploaded among them. */
  get cases(): CaseRegistry {
    this.#cases ??= openCaseSources(this.settings, this.uploads);
    return this.#cases;
  }

  /** Uploaded cases alone: in the data folder or in the bucket. */
  get uploads(): UploadedCases {
    this.#uploads ??= openUploadedCases(this.settings);
    return this.#uploads;
  }

  /** The example that can be fetched as a case. */
  get example(): ExampleSource {
    return new ExampleSource(caseFolder(this.settings));
  }

  /** @throws AtollError SETTINGS_INVALID when the settings' default engine is none. */
  get engines(): Engines {
    this.#engines ??= enginesOf(this.settings);
    return this.#engines;
  }

  get atlas(): AtlasFolder {
    return atlasFolderOf(this.settings);
  }

  /** Asked each time, for it may be installed while a server runs. */
  get modelRuntime(): PageRuntime {
    return pageRuntime(this.settings);
  }

  /** How lesions are placed here; asked each time, for an atlas may be fetched while a server runs. */
  placing(): Promise<LocationWish> {
    return locationWishOf(this.atlas, this.settings);
  }

  /**
   * Opens the queue and works on it; the caller stops it. The code of queue and database is loaded here alone.
   * @param log null while there is none yet.
   * @throws as openJobs() does.
   */
  async openQueue(log: () => QueueLog | null): Promise<Jobs> {
    const { openQueue } = await import('./queue.ts');
    return openQueue(this, log);
  }

  /** The same for a command that looks at jobs or changes them, and runs none. @throws as openJobs() does. */
  async openIdleQueue(): Promise<Jobs> {
    const idle = new Instance({ ...this.settings, jobConcurrency: 0 });
    return idle.openQueue(() => null);
  }
}
