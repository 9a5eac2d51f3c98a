import { knownDatasets } from '@atoll/cases/hub/known-datasets';
import { AtollError } from '@atoll/errors/error';
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { readArchives } from './archive-settings.ts';
import { chooseDataPlace } from './data-place.ts';
import { type About, abouts } from './setting.ts';
import { schema } from './setting-list.ts';
import { faultsOfSignIn, readSignIn } from './sign-in.ts';

/** The hub’s settings together; null where no data set is named. */
function readHub(env: z.output<typeof schema>) {
  const { ATOLL_HUB_DATASET: dataset, ATOLL_HUB_REVISION: revision } = env;
  if (dataset === null) return null;
  return {
    dataset,
    /** null is a fault, and never leaves {@link readSettings}. */
    revision: revision ?? knownDatasets[dataset]?.revision ?? null,
    /** A secret. */
    token: env.ATOLL_HUB_TOKEN === '' ? null : env.ATOLL_HUB_TOKEN,
    endpoint: env.ATOLL_HUB_ENDPOINT ?? 'https://huggingface.co',
    cacheBytes: env.ATOLL_HUB_CACHE_GB * 1e9,
  };
}

const Given = schema.transform((env) => ({
  /** Absolute path; null where none is set. */
  dataDir: env.ATOLL_DATA_DIR,
  /** Holds a password. */
  databaseUrl: env.ATOLL_DATABASE_URL,
  /** null where results are in the data folder. */
  bucket:
    env.ATOLL_S3_ENDPOINT === null
      ? null
      : {
          endpoint: env.ATOLL_S3_ENDPOINT,
          region: env.ATOLL_S3_REGION,
          accessKeyId: env.ATOLL_S3_ACCESS_KEY_ID,
          secretAccessKey: env.ATOLL_S3_SECRET_ACCESS_KEY,
        },
  /** Absolute path; null where none is set. */
  bidsDir: env.ATOLL_BIDS_DIR,
  hub: readHub(env),
  /** Absolute path; null where it is in the data folder. */
  atlasDir: env.ATOLL_ATLAS_DIR,
  /** From when on a region of ASPECTS counts as affected: either is enough. */
  aspectsCutoff: { percentOfRegion: env.ATOLL_ASPECTS_PERCENT, volumeMl: env.ATOLL_ASPECTS_ML },
  host: env.ATOLL_HOST,
  port: env.ATOLL_PORT,
  /** No slash at the end. */
  publicUrl: env.ATOLL_PUBLIC_URL,
  trustedProxies: env.ATOLL_TRUSTED_PROXIES,
  origins: env.ATOLL_ORIGINS,
  frameOrigins: env.ATOLL_FRAME_ORIGINS,
  auth: {
    mode: env.ATOLL_AUTH,
    /** Whether others than this machine may come in without signing in. */
    isOpen: env.ATOLL_OPEN,
    headers: {
      user: env.ATOLL_AUTH_USER_HEADER,
      groups: env.ATOLL_AUTH_GROUPS_HEADER,
      name: env.ATOLL_AUTH_NAME_HEADER,
    },
    groupRoles: {
      readers: env.ATOLL_READER_GROUPS,
      reviewers: env.ATOLL_REVIEWER_GROUPS,
      admins: env.ATOLL_ADMIN_GROUPS,
    },
    sharedGroups: env.ATOLL_SHARED_GROUPS,
    signIn: readSignIn(env),
    auditSeconds: env.ATOLL_AUDIT_TTL,
  },
  engine: env.ATOLL_ENGINE,
  deepisles: {
    image: env.ATOLL_DEEPISLES_IMAGE,
    runtime: env.ATOLL_CONTAINER_RUNTIME,
    /** null is the one that is downloaded. */
    apptainerImage: env.ATOLL_APPTAINER_IMAGE,
    /** null allows all. */
    gpus: env.ATOLL_DEEPISLES_GPUS,
    network: env.ATOLL_DEEPISLES_NETWORK,
  },
  jobConcurrency: env.ATOLL_JOB_CONCURRENCY,
  jobTimeoutSeconds: env.ATOLL_JOB_TIMEOUT_SECONDS,
  engineTimeouts: env.ATOLL_ENGINE_TIMEOUTS,
  maxPendingJobs: env.ATOLL_MAX_PENDING_JOBS,
  maxPendingJobsPerClient: env.ATOLL_MAX_PENDING_JOBS_PER_CLIENT,
  rateLimitPerMinute: env.ATOLL_RATE_LIMIT_PER_MINUTE,
  /** null keeps them. */
  resultTtlSeconds: env.ATOLL_RESULT_TTL,
  /** Whether browsers may keep copies of images. */
  browserCache: env.ATOLL_BROWSER_CACHE,
  uploads: env.ATOLL_UPLOADS,
  uploadMaxBytes: env.ATOLL_UPLOAD_MAX_MB * 2 ** 20,
  uploadMaxFiles: env.ATOLL_UPLOAD_MAX_FILES,
  /** null keeps them. */
  uploadTtlSeconds: env.ATOLL_UPLOAD_TTL,
  minFreeDiskMegabytes: env.ATOLL_MIN_FREE_DISK_MB,
  shutdownGraceSeconds: env.ATOLL_SHUTDOWN_GRACE,
  archives: readArchives(env),
  /** Value of an Authorization header; null where there is none. */
  dicomWebAuthorization: env.ATOLL_DICOMWEB_CREDENTIALS,
  /** A secret; null where there is none. */
  token: env.ATOLL_TOKEN === '' ? null : env.ATOLL_TOKEN,
  logLevel: env.ATOLL_LOG_LEVEL,
  logFormat: env.ATOLL_LOG_FORMAT,
}));
type Given = z.infer<typeof Given>;

export type Settings = Omit<Given, 'dataDir'> & {
  /** Absolute path. */
  readonly dataDir: string;
  /** Why jobs or results may be lost with a restart of the machine; null where they last. */
  readonly dataLoss: string | null;
};

/** Names that begin like a setting but are read by the tests alone. */
const testNames = ['ATOLL_TEST_DATA'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from an environment.
 * @throws AtollError SETTINGS_INVALID that lists every fault, one a line.
 */
export function readSettings(env: Environment): Settings {
  const given: Record<string, string> = {};
  for (const [name, text] of Object.entries(env)) {
    // Compose files and .env files write an empty text for "not set".
    if (name.startsWith('ATOLL_') && text !== undefined && text.trim() !== '') given[name] = text.trim();
  }
  const faults = Object.keys(given).filter(isUnknown).map(describeUnknown);
  const parsed = Given.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) faults.push(`${issue.path.join('.')}: ${issue.message}`);
  if (parsed.data?.databaseUrl === null && parsed.data.jobConcurrency === 0) {
    faults.push(
      'ATOLL_JOB_CONCURRENCY: with 0 no job would ever run, because the embedded database has no other workers; set ATOLL_DATABASE_URL as well',
    );
  }
  if (parsed.data?.hub?.revision === null) {
    faults.push('ATOLL_HUB_REVISION: set the commit of the data set as well');
  }
  if (parsed.data?.auth.mode === 'proxy' && parsed.data.trustedProxies.length === 0) {
    faults.push('ATOLL_AUTH: with proxy, list the address of the proxy in ATOLL_TRUSTED_PROXIES as well');
  }
  if (parsed.data?.auth.mode === 'oidc') faults.push(...faultsOfSignIn(parsed.data));
  faults.push(...(parsed.data?.archives.faults ?? []));
  const bucket = parsed.data?.bucket;
  if (bucket && (bucket.accessKeyId === '' || bucket.secretAccessKey === '')) {
    faults.push('ATOLL_S3_ENDPOINT: set ATOLL_S3_ACCESS_KEY_ID and ATOLL_S3_SECRET_ACCESS_KEY as well');
  }
  if (!parsed.success || faults.length > 0) throw new AtollError('SETTINGS_INVALID', faults.join('\n'));
  return { ...parsed.data, ...placeData(parsed.data, env) };
}

/** What is set is taken to last: whoever set it knows. */
function placeData({ dataDir, databaseUrl, bucket }: Given, env: Environment) {
  if (dataDir !== null) return { dataDir, dataLoss: null };
  const { path, reason } = chooseDataPlace(env);
  return { dataDir: path, dataLoss: databaseUrl !== null && bucket !== null ? null : reason };
}

/** Every setting in order, for `.env.example` and the documentation. */
export function listSettings(): readonly ({ readonly name: string } & About)[] {
  return Object.entries(schema.shape).flatMap(([name, reading]) => {
    const about = abouts.get(reading);
    return about === undefined ? [] : [{ name, ...about }];
  });
}

function isUnknown(name: string): boolean {
  return !Object.hasOwn(schema.shape, name) && !testNames.includes(name);
}

function describeUnknown(name: string): string {
  const known = Object.keys(schema.shape);
  const nearest = known.find((setting) => setting.startsWith(`${name}_`)) ?? closest(name, known);
  // Farther than this, a suggestion would be a guess at random; but a forgotten unit is far by letters.
  const near = nearest.startsWith(`${name}_`) || distance(name, nearest) <= 4;
  return `${name}: there is no such setting${near ? `; did you mean ${nearest}?` : ''}`;
}
