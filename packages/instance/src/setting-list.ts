import { pinnedImage } from '@atoll/engines/deepisles/image';
import { z } from 'zod';
import {
  bucketUrl,
  commit,
  databaseUrl,
  dataset,
  duration,
  durationOrNever,
  engineTimeouts,
  gpuIndexes,
  httpCredentials,
  onOrOff,
  origins,
  path,
  proxies,
  publicUrl,
  wholeNumber,
} from './setting-readers.ts';

export type About = {
  /** For .env.example and the documentation; what it is for, in one or two sentences. */
  readonly description: string;
  /** As it would stand in the environment; '' means unset. */
  readonly fallback: string;
  readonly example?: string;
};

export const abouts = z.registry<About>();

/** A setting: how its text is read, and what it is without one. */
function setting<Output>(reading: z.ZodType<Output, string>, about: About) {
  return reading.prefault(about.fallback).register(abouts, about);
}

/** Every setting of Atoll. Names carry units; an empty text counts as unset. */
export const schema = z.object({
  ATOLL_DATA_DIR: setting(path, {
    description:
      'Folder for everything that lasts: jobs, results, the database. Unless set, it is /data/atoll if a file system is mounted at /data and can be written to, else atoll in XDG_DATA_HOME or ~/.local/share; in a container, what lies there goes with it, and Atoll says so.',
    fallback: '',
    example: '/var/lib/atoll',
  }),
  ATOLL_DATABASE_URL: setting(databaseUrl, {
    description:
      'PostgreSQL server (15 or later) for the queue, which any number of `atoll serve` and `atoll worker` share. Without it the database is embedded in the data folder and belongs to one process.',
    fallback: '',
    example: 'postgres://atoll:password@db.example.org:5432/atoll',
  }),
  ATOLL_S3_ENDPOINT: setting(bucketUrl, {
    description:
      'Bucket of an S3-compatible store for the results, so that workers on other machines need no folder of this one. Without it results are in the data folder.',
    fallback: '',
    example: 'https://s3.example.org/atoll',
  }),
  ATOLL_S3_REGION: setting(z.string().regex(/^[a-z0-9-]{1,64}$/, 'the name of a region is needed'), {
    description: 'Region of the bucket, where its store has any.',
    fallback: 'us-east-1',
  }),
  ATOLL_S3_ACCESS_KEY_ID: setting(z.string(), {
    description: 'Id of the key to the bucket.',
    fallback: '',
  }),
  ATOLL_S3_SECRET_ACCESS_KEY: setting(z.string(), {
    description: 'The key’s secret.',
    fallback: '',
  }),
  ATOLL_BIDS_DIR: setting(path, {
    description:
      'Folder of a BIDS data set whose subjects are served as cases. Whoever reaches this instance can see their images.',
    fallback: '',
    example: '/srv/isles22',
  }),
  ATOLL_HUB_DATASET: setting(dataset, {
    description:
      'Data set of the Hugging Face Hub whose rows are served as cases, read from there when a case is opened. Without it nothing is ever asked of the hub.',
    fallback: '',
    example: 'hugging-science/isles24-stroke',
  }),
  ATOLL_HUB_REVISION: setting(commit, {
    description:
      'Commit of the data set, 40 hexadecimal digits, so that a case is the same next year. Known already for hugging-science/isles24-stroke.',
    fallback: '',
    example: '9707a7fca6d3dd1a690de010ec4aed06bdcd0417',
  }),
  ATOLL_HUB_TOKEN: setting(z.string(), {
    description: 'Token to a gated data set; goes to ATOLL_HUB_ENDPOINT and to no other host.',
    fallback: '',
  }),
  ATOLL_HUB_ENDPOINT: setting(publicUrl, {
    description: 'Address of the hub, or of a mirror of it.',
    fallback: 'https://huggingface.co',
  }),
  ATOLL_HUB_CACHE_GB: setting(wholeNumber(0, 100_000), {
    description:
      'How much of the hub’s images is kept in the data folder, in GB (10⁹ bytes); those least lately used go first. 0 keeps none.',
    fallback: '10',
  }),
  ATOLL_ATLAS_DIR: setting(path, {
    description:
      'Folder of the atlas by which lesions are placed, as `atoll atlas fetch` fills it. Unless set, it is atlas in the data folder.',
    fallback: '',
    example: '/opt/atoll-atlas',
  }),
  ATOLL_ASPECTS_PERCENT: setting(wholeNumber(1, 100), {
    description: 'A region of ASPECTS or PC-ASPECTS counts as affected from this part of it on, in percent.',
    fallback: '20',
  }),
  ATOLL_ASPECTS_ML: setting(wholeNumber(1, 1000), {
    description: 'It also counts as affected from this volume on, in mL, however large it is.',
    fallback: '2',
  }),
  ATOLL_HOST: setting(z.string().regex(/^[^\s/]+$/, 'a host name or an address is needed'), {
    description:
      'Address to listen on. 127.0.0.1 is this machine alone; 0.0.0.0 is every network the machine is in.',
    fallback: '127.0.0.1',
  }),
  ATOLL_PORT: setting(wholeNumber(0, 65_535), {
    description: 'TCP port to listen on; 0 takes a free one.',
    fallback: '7860',
  }),
  ATOLL_PUBLIC_URL: setting(publicUrl, {
    description:
      'Address under which others reach this instance, with the path if a proxy has put it below one; links to files begin with it. Without it they begin with the host that the request names.',
    fallback: '',
    example: 'https://www.example.org/atoll',
  }),
  ATOLL_TRUSTED_PROXIES: setting(proxies, {
    description:
      'Proxies whose X-Forwarded-Proto and X-Forwarded-Host are believed: addresses, ranges, or loopback, linklocal, uniquelocal; separated by commas.',
    fallback: '',
    example: 'loopback,10.0.0.0/8',
  }),
  ATOLL_ORIGINS: setting(origins, {
    description:
      'Exact origins of pages elsewhere that may use this instance, separated by commas. Its own page always may.',
    fallback: '',
    example: 'https://viewer.example.org,http://localhost:5173',
  }),
  ATOLL_FRAME_ORIGINS: setting(origins, {
    description: 'Exact origins of pages that may show this one in a frame, separated by commas; or none.',
    fallback: 'https://huggingface.co',
  }),
  ATOLL_ENGINE: setting(z.string().regex(/^[a-z0-9-]{1,64}$/, 'the id of an engine is needed'), {
    description: 'Engine of jobs that name none; GET /api/engines and `atoll doctor` list them.',
    fallback: 'diffusion',
  }),
  ATOLL_DEEPISLES_IMAGE: setting(
    z.string().regex(/^[a-z0-9][\w./:@-]{0,254}$/i, 'a reference of an image is needed'),
    {
      description:
        'Image of DeepISLES, by its digest. Another one counts as another engine: results are not taken for those of the pinned one.',
      fallback: pinnedImage,
    },
  ),
  ATOLL_CONTAINER_RUNTIME: setting(z.enum(['auto', 'docker', 'podman']), {
    description: 'Program that runs containers: docker, podman, or auto, the first of them that answers.',
    fallback: 'auto',
  }),
  ATOLL_DEEPISLES_GPUS: setting(gpuIndexes, {
    description:
      'GPUs that DeepISLES may use, by their numbers in nvidia-smi, separated by commas; all unless set. Of these each run takes the one with the most free memory.',
    fallback: '',
    example: '0,1',
  }),
  ATOLL_DEEPISLES_NETWORK: setting(z.enum(['default', 'none']), {
    description:
      'Network of the containers: default, or none. Stripping the skull and MNI space fetch files when they run and need one.',
    fallback: 'default',
  }),
  ATOLL_JOB_CONCURRENCY: setting(wholeNumber(0, 64), {
    description:
      'How many jobs one process runs at the same time. With ATOLL_DATABASE_URL, 0 leaves them all to `atoll worker`.',
    fallback: '1',
  }),
  ATOLL_JOB_TIMEOUT_SECONDS: setting(wholeNumber(1, 86_400), {
    description: 'How long one job may run.',
    fallback: '1800',
  }),
  ATOLL_ENGINE_TIMEOUTS: setting(engineTimeouts, {
    description: 'The same for single engines: ENGINE=TIME, separated by commas.',
    fallback: '',
    example: 'diffusion=2m,deepisles=1h',
  }),
  ATOLL_MAX_PENDING_JOBS: setting(wholeNumber(1, 100_000), {
    description: 'How many jobs may wait; more are refused until one has begun.',
    fallback: '100',
  }),
  ATOLL_MAX_PENDING_JOBS_PER_CLIENT: setting(wholeNumber(1, 100_000), {
    description: 'How many jobs of one client (network address) may wait.',
    fallback: '25',
  }),
  ATOLL_RATE_LIMIT_PER_MINUTE: setting(wholeNumber(0, 100_000_000), {
    description: 'How many requests one client (network address) may make in a minute; 0 is no limit.',
    fallback: '1200',
  }),
  ATOLL_RESULT_TTL: setting(durationOrNever, {
    description: 'How long an ended job and its files are kept (such as 12h or 7d); or never, to keep them.',
    fallback: '7d',
  }),
  ATOLL_BROWSER_CACHE: setting(onOrOff, {
    description:
      'Whether browsers may keep copies of images and results, which they then ask about each time: on or off. Set it to off where machines are shared.',
    fallback: 'on',
  }),
  ATOLL_UPLOADS: setting(onOrOff, {
    description: 'Whether others may bring cases of their own (POST /api/cases): on or off.',
    fallback: 'on',
  }),
  ATOLL_UPLOAD_MAX_MB: setting(wholeNumber(1, 100_000), {
    description: 'How large all files of one brought case may be together, as they are sent, in MB.',
    fallback: '512',
  }),
  ATOLL_UPLOAD_MAX_FILES: setting(wholeNumber(2, 100_000), {
    description: 'How many files one brought case may consist of; a DICOM series is one file a slice.',
    fallback: '2000',
  }),
  ATOLL_UPLOAD_TTL: setting(durationOrNever, {
    description:
      'How long a brought case is kept after its last use (such as 12h or 7d), and at least as long as its last result; or never, to keep it.',
    fallback: '7d',
  }),
  ATOLL_MIN_FREE_DISK_MB: setting(wholeNumber(0, 100_000_000), {
    description:
      'New jobs are refused while there is less room than this for results, in MB; 0 never refuses.',
    fallback: '500',
  }),
  ATOLL_SHUTDOWN_GRACE: setting(duration, {
    description:
      'How long a stop waits for answers under way (such as 30s). Running jobs go back to the queue at once.',
    fallback: '5s',
  }),
  ATOLL_DICOMWEB_CREDENTIALS: setting(httpCredentials, {
    description:
      'What `atoll dicom send` shows to a DICOMweb archive: user:password, or Bearer and a token. Holds a secret.',
    fallback: '',
    example: 'Bearer eyJhbGciOi',
  }),
  ATOLL_LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), {
    description:
      'Least severity that is logged (to stderr): fatal, error, warn, info, debug, trace, or silent.',
    fallback: 'info',
  }),
  ATOLL_LOG_FORMAT: setting(z.enum(['auto', 'json', 'text']), {
    description:
      'json (one object a line), text (for people), or auto: text on a terminal and json elsewhere.',
    fallback: 'auto',
  }),
});
