import { pinnedImage } from '@atoll/engines/deepisles/image';
import { z } from 'zod';
import { archiveSettings } from './archive-settings.ts';
import { setting } from './setting.ts';
import {
  bucketUrl,
  commit,
  databaseUrl,
  dataset,
  duration,
  durationOrNever,
  engineTimeouts,
  gpuIndexes,
  headerName,
  httpCredentials,
  names,
  onOrOff,
  origins,
  path,
  proxies,
  publicUrl,
  wholeNumber,
  yesOrNo,
} from './setting-readers.ts';
import { signInSettings } from './sign-in-settings.ts';

/** Every setting of Atoll. Names carry units; an empty text counts as unset. */
export const schema = z.object({
  ATOLL_DATA_DIR: setting(path, {
    description:
      'Folder for all persistent data: jobs, results, the database. By default /data/atoll if a writable file system is mounted at /data, otherwise atoll in XDG_DATA_HOME or ~/.local/share; inside a container that folder is lost with the container, and Atoll says so.',
    fallback: '',
    example: '/var/lib/atoll',
  }),
  ATOLL_DATABASE_URL: setting(databaseUrl, {
    description:
      'PostgreSQL server (15 or later) for the queue, shared by any number of `atoll serve` and `atoll worker` processes. Without it the database is embedded in the data folder and belongs to one process.',
    fallback: '',
    example: 'postgres://atoll:password@db.example.org:5432/atoll',
  }),
  ATOLL_S3_ENDPOINT: setting(bucketUrl, {
    description:
      'Bucket of an S3-compatible store for the results, so that workers on other machines need no shared folder. Without it results are stored in the data folder.',
    fallback: '',
    example: 'https://s3.example.org/atoll',
  }),
  ATOLL_S3_REGION: setting(z.string().regex(/^[a-z0-9-]{1,64}$/, 'the name of a region is required'), {
    description: 'Region of the bucket, if the store uses regions.',
    fallback: 'us-east-1',
  }),
  ATOLL_S3_ACCESS_KEY_ID: setting(z.string(), {
    description: 'Access key id of the bucket.',
    fallback: '',
  }),
  ATOLL_S3_SECRET_ACCESS_KEY: setting(z.string(), {
    description: 'Secret access key of the bucket.',
    fallback: '',
  }),
  ATOLL_BIDS_DIR: setting(path, {
    description:
      'Folder of a BIDS data set whose subjects are served as cases. Anyone who can reach this instance can see their images.',
    fallback: '',
    example: '/srv/isles22',
  }),
  ATOLL_HUB_DATASET: setting(dataset, {
    description:
      'Hugging Face Hub data set whose rows are served as cases, read from the hub when a case is opened. Without it the hub is never contacted.',
    fallback: '',
    example: 'hugging-science/isles24-stroke',
  }),
  ATOLL_HUB_REVISION: setting(commit, {
    description:
      'Commit of the data set, 40 hexadecimal digits, so that cases stay the same. Already known for hugging-science/isles24-stroke.',
    fallback: '',
    example: '9707a7fca6d3dd1a690de010ec4aed06bdcd0417',
  }),
  ATOLL_HUB_TOKEN: setting(z.string(), {
    description: 'Token for a gated data set; sent to ATOLL_HUB_ENDPOINT and to no other host.',
    fallback: '',
  }),
  ATOLL_HUB_ENDPOINT: setting(publicUrl, {
    description: 'URL of the hub, or of a mirror.',
    fallback: 'https://huggingface.co',
  }),
  ATOLL_HUB_CACHE_GB: setting(wholeNumber(0, 100_000), {
    description:
      'How much of the hub’s images is cached in the data folder, in GB (10⁹ bytes); the least recently used are removed first. 0 caches none.',
    fallback: '10',
  }),
  ATOLL_ATLAS_DIR: setting(path, {
    description:
      'Folder of the atlas used for lesion location, as filled by `atoll atlas fetch`. By default atlas in the data folder.',
    fallback: '',
    example: '/opt/atoll-atlas',
  }),
  ATOLL_ASPECTS_PERCENT: setting(wholeNumber(1, 100), {
    description:
      'An ASPECTS or PC-ASPECTS region counts as affected if at least this percentage of it is covered by the mask.',
    fallback: '20',
  }),
  ATOLL_ASPECTS_ML: setting(wholeNumber(1, 1000), {
    description: 'It also counts as affected from this lesion volume on, in mL, whatever its size.',
    fallback: '2',
  }),
  ATOLL_HOST: setting(z.string().regex(/^[^\s/]+$/, 'a host name or an address is required'), {
    description:
      'Address to listen on. 127.0.0.1 is this machine only; 0.0.0.0 is all networks of the machine.',
    fallback: '127.0.0.1',
  }),
  ATOLL_PORT: setting(wholeNumber(0, 65_535), {
    description: 'TCP port to listen on; 0 picks a free one.',
    fallback: '7860',
  }),
  ATOLL_PUBLIC_URL: setting(publicUrl, {
    description:
      'Public URL of this instance, including the path if a proxy serves it below one; links to files begin with it. Without it they begin with the host given in the request.',
    fallback: '',
    example: 'https://www.example.org/atoll',
  }),
  ATOLL_TRUSTED_PROXIES: setting(proxies, {
    description:
      'Proxies whose X-Forwarded-Proto and X-Forwarded-Host headers are trusted, and with ATOLL_AUTH=proxy the headers that name the account: addresses, ranges, or loopback, linklocal, uniquelocal; separated by commas.',
    fallback: '',
    example: 'loopback,10.0.0.0/8',
  }),
  ATOLL_ORIGINS: setting(origins, {
    description:
      'Exact origins of other pages that may use this instance, separated by commas. Its own viewer is always allowed.',
    fallback: '',
    example: 'https://viewer.example.org,http://localhost:5173',
  }),
  ATOLL_FRAME_ORIGINS: setting(origins, {
    description: 'Exact origins of pages that may embed the viewer in a frame, separated by commas; or none.',
    fallback: 'https://huggingface.co',
  }),
  ATOLL_AUTH: setting(z.enum(['none', 'proxy', 'oidc']), {
    description:
      'Who may use this instance: none (everybody who can reach it), proxy (whom a proxy in front, such as oauth2-proxy or Authelia, names in its headers), or oidc (who signs in with an OpenID provider, such as Keycloak or Entra ID). See docs/access.md.',
    fallback: 'none',
  }),
  ATOLL_OPEN: setting(yesOrNo, {
    description:
      'With ATOLL_AUTH=none: whether other machines may reach this instance, so that everybody on the network sees its listed cases and can run and upload others: yes or no. Without it, Atoll listens to this machine only.',
    fallback: 'no',
  }),
  ATOLL_AUTH_USER_HEADER: setting(headerName, {
    description: 'With ATOLL_AUTH=proxy: header in which the proxy names the account.',
    fallback: 'X-Forwarded-User',
    example: 'Remote-User',
  }),
  ATOLL_AUTH_GROUPS_HEADER: setting(headerName, {
    description: 'With ATOLL_AUTH=proxy: header with the groups of the account, separated by commas.',
    fallback: 'X-Forwarded-Groups',
    example: 'Remote-Groups',
  }),
  ATOLL_AUTH_NAME_HEADER: setting(headerName, {
    description: 'With ATOLL_AUTH=proxy: header with the name that is shown.',
    fallback: 'X-Forwarded-Preferred-Username',
    example: 'Remote-Name',
  }),
  ...signInSettings,
  ATOLL_READER_GROUPS: setting(names, {
    description:
      'Groups whose members may see listed cases, upload cases and run jobs, separated by commas. If empty, everybody may who has signed in.',
    fallback: '',
    example: 'stroke-lab',
  }),
  ATOLL_REVIEWER_GROUPS: setting(names, {
    description: 'Groups whose members may also accept, correct and reject results, separated by commas.',
    fallback: '',
    example: 'neuroradiology',
  }),
  ATOLL_ADMIN_GROUPS: setting(names, {
    description:
      'Groups whose members see and may delete the cases and jobs of everybody, manage tokens and read the audit log, separated by commas.',
    fallback: '',
    example: 'atoll-admins',
  }),
  ATOLL_SHARED_GROUPS: setting(names, {
    description:
      'Groups whose members see each other’s uploaded cases and jobs, separated by commas. If empty, each account sees its own.',
    fallback: '',
    example: 'stroke-lab',
  }),
  ATOLL_AUDIT_TTL: setting(duration, {
    description:
      'How long the audit log (who opened, ran, edited, exported, deleted) is kept (such as 365d), and at most a million entries.',
    fallback: '365d',
  }),
  ATOLL_ENGINE: setting(z.string().regex(/^[a-z0-9-]{1,64}$/, 'the id of an engine is required'), {
    description: 'Default engine; GET /api/engines and `atoll doctor` list all.',
    fallback: 'diffusion',
  }),
  ATOLL_DEEPISLES_IMAGE: setting(
    z.string().regex(/^[a-z0-9][\w./:@-]{0,254}$/i, 'a container image reference is required'),
    {
      description:
        'DeepISLES container image, by its digest. A different image counts as a different engine: results are not mixed with those of the pinned one.',
      fallback: pinnedImage,
    },
  ),
  ATOLL_CONTAINER_RUNTIME: setting(z.enum(['auto', 'docker', 'podman', 'apptainer']), {
    description:
      'Program that runs containers: docker, podman, apptainer, or auto (the first of them that works).',
    fallback: 'auto',
  }),
  ATOLL_APPTAINER_IMAGE: setting(path, {
    description:
      'DeepISLES image for Apptainer: a SIF file or a sandbox folder. By default the one that `atoll engines pull deepisles` makes in the data folder.',
    fallback: '',
    example: '/scratch/images/deepisles.sif',
  }),
  ATOLL_DEEPISLES_GPUS: setting(gpuIndexes, {
    description:
      'GPUs that DeepISLES may use, by their numbers in nvidia-smi, separated by commas; all by default. Each run uses the one with the most free memory.',
    fallback: '',
    example: '0,1',
  }),
  ATOLL_DEEPISLES_NETWORK: setting(z.enum(['default', 'none']), {
    description:
      'Network of the containers: default, or none. Skull stripping and MNI space download files at run time and need a network.',
    fallback: 'default',
  }),
  ATOLL_JOB_CONCURRENCY: setting(wholeNumber(0, 64), {
    description:
      'How many jobs one process runs in parallel. With ATOLL_DATABASE_URL, 0 leaves them all to `atoll worker`.',
    fallback: '1',
  }),
  ATOLL_JOB_TIMEOUT_SECONDS: setting(wholeNumber(1, 86_400), {
    description: 'Time limit for a job.',
    fallback: '1800',
  }),
  ATOLL_ENGINE_TIMEOUTS: setting(engineTimeouts, {
    description: 'Time limits for individual engines: ENGINE=TIME, separated by commas.',
    fallback: '',
    example: 'diffusion=2m,deepisles=1h',
  }),
  ATOLL_MAX_PENDING_JOBS: setting(wholeNumber(1, 100_000), {
    description: 'How many jobs may wait; further ones are refused until one has started.',
    fallback: '100',
  }),
  ATOLL_MAX_PENDING_JOBS_PER_CLIENT: setting(wholeNumber(1, 100_000), {
    description: 'How many jobs of one client (network address) may wait.',
    fallback: '25',
  }),
  ATOLL_RATE_LIMIT_PER_MINUTE: setting(wholeNumber(0, 100_000_000), {
    description: 'How many requests one client (network address) may make per minute; 0 is no limit.',
    fallback: '1200',
  }),
  ATOLL_RESULT_TTL: setting(durationOrNever, {
    description:
      'How long a finished job and its files are kept (such as 12h or 7d); or never, to keep them forever.',
    fallback: '7d',
  }),
  ATOLL_BROWSER_CACHE: setting(onOrOff, {
    description:
      'Whether browsers may cache images and results (revalidated each time): on or off. Set it to off on shared computers.',
    fallback: 'on',
  }),
  ATOLL_UPLOADS: setting(onOrOff, {
    description: 'Whether users may upload their own cases (POST /api/cases): on or off.',
    fallback: 'on',
  }),
  ATOLL_UPLOAD_MAX_MB: setting(wholeNumber(1, 100_000), {
    description: 'Maximum total size of an uploaded case, as sent, in MB.',
    fallback: '512',
  }),
  ATOLL_UPLOAD_MAX_FILES: setting(wholeNumber(2, 100_000), {
    description: 'Maximum number of files of an uploaded case; a DICOM series has one file per slice.',
    fallback: '2000',
  }),
  ATOLL_UPLOAD_TTL: setting(durationOrNever, {
    description:
      'How long an uploaded case is kept after its last use (such as 12h or 7d), and at least as long as its last result; or never, to keep it forever.',
    fallback: '7d',
  }),
  ATOLL_MIN_FREE_DISK_MB: setting(wholeNumber(0, 100_000_000), {
    description:
      'New jobs are refused while less than this much space is free for results, in MB; 0 never refuses.',
    fallback: '500',
  }),
  ATOLL_SHUTDOWN_GRACE: setting(duration, {
    description:
      'How long a shutdown waits for requests in progress (such as 30s). Running jobs go back to the queue immediately.',
    fallback: '5s',
  }),
  ...archiveSettings,
  ATOLL_DICOMWEB_CREDENTIALS: setting(httpCredentials, {
    description:
      'Credentials that `atoll dicom send` sends to a DICOMweb archive: user:password, or Bearer followed by a token. Contains a secret.',
    fallback: '',
    example: 'Bearer eyJhbGciOi',
  }),
  ATOLL_TOKEN: setting(z.string(), {
    description:
      'Token that commands send to the server that --server names; `atoll token add` makes one. Contains a secret.',
    fallback: '',
  }),
  ATOLL_LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), {
    description:
      'Minimum severity that is logged (to stderr): fatal, error, warn, info, debug, trace, or silent.',
    fallback: 'info',
  }),
  ATOLL_LOG_FORMAT: setting(z.enum(['auto', 'json', 'text']), {
    description:
      'json (one object per line), text (human-readable), or auto: text on a terminal and json elsewhere.',
    fallback: 'auto',
  }),
});
