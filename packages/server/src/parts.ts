import type { AccessRecords } from '@atoll/access/records';
import type { AtlasFolder } from '@atoll/cases/atlas-folder';
import type { CaseRegistry } from '@atoll/cases/registry';
import type { Engine } from '@atoll/engines/engine';
import type { Machine } from '@atoll/engines/machine';
import type { Settings } from '@atoll/instance/settings';
import type { Jobs } from '@atoll/jobs/jobs';
import type { BodyPace } from './guards/body-deadline.ts';
import type { Crowd } from './guards/crowd-limit.ts';
import type { ArrivalDesk } from './uploads/arrival-desk.ts';
import type { UploadDesk } from './uploads/upload-desk.ts';

/** What the server needs of the queue of jobs: neither its end nor its archives. */
export type JobDesk = Omit<Jobs, 'stop' | 'records' | 'adopt' | 'access' | 'studies'>;

/** What the server needs of the sources of cases. */
export type CaseDesk = Pick<CaseRegistry, 'survey' | 'find' | 'open' | 'expectReader'>;

/** What the server needs of the engines. */
export type EngineDesk = {
  list(): readonly Engine[];
  /** @throws AtollError ENGINE_UNKNOWN */
  find(engineId: string): Engine;
};

export type ServerParts = {
  readonly settings: Settings;
  readonly jobs: JobDesk;
  /** Where the queue is still being opened: requests wait for it. */
  readonly opening?: Promise<unknown>;
  /** Tokens, links, sessions and the audit log, in the database of the jobs; needed where people sign in. */
  readonly access?: Promise<AccessRecords>;
  readonly cases: CaseDesk;
  readonly engines: EngineDesk;
  /** Where the atlas lies, once it was fetched. */
  readonly atlas: AtlasFolder;
  /** ONNX Runtime for models in the page, once it was installed. */
  readonly modelRuntime: {
    areThere(): boolean;
    /** @returns null where there is no such file */
    read(name: string, packed: boolean): Promise<Uint8Array | null>;
  };
  /** Where cases are uploaded; null where none are taken. */
  readonly uploads: UploadDesk | null;
  /** Where archives store examinations; null where none are taken. */
  readonly arrivals?: ArrivalDesk | null;
  /** How fast bodies must come, where it is not as usual. */
  readonly bodyPace?: BodyPace;
  /** How many are served at once, where it is not as usual. */
  readonly crowd?: Crowd;
  /** What this machine offers to engines now. */
  readonly machine: () => Promise<Machine>;
  /** Folder of the built page, or null when there is none: then the API is all there is. */
  readonly pageDir: string | null;
};
