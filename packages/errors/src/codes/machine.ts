import { anywhere, type CatalogueRow } from '../row.ts';

/** Settings, the data folder, the database, and files of this machine. */
export const machineCodes = {
  SETTINGS_INVALID: {
    status: 500,
    sentence: 'A setting is not valid.',
    action: 'Correct it; .env.example lists all settings.',
    retry: 'never',
    where: ['terminal'],
  },
  DATA_DIR_LOCKED: {
    status: 500,
    sentence: 'Another Atoll process is using this data folder.',
    action:
      'Stop the other one, choose another folder with ATOLL_DATA_DIR, or let both share a PostgreSQL server with ATOLL_DATABASE_URL.',
    retry: 'never',
    where: ['terminal'],
  },
  DATA_DIR_OTHER_VERSION: {
    status: 500,
    sentence: 'The data folder was written by another version of the embedded database.',
    action: 'Start Atoll with the version that wrote it, or choose a new folder with ATOLL_DATA_DIR.',
    retry: 'never',
    where: ['terminal'],
  },
  DATA_DIR_UNUSABLE: {
    status: 500,
    sentence: 'The data folder cannot be used.',
    action: 'Check that it exists, belongs to you and is writable, or choose another with ATOLL_DATA_DIR.',
    retry: 'never',
    where: ['terminal'],
  },
  DATABASE_DAMAGED: {
    status: 500,
    sentence: 'The embedded database cannot be opened: its files are damaged.',
    action:
      'Restore a backup of the data folder, or move its db folder away to start with a new database; results are kept, and none are removed in the meantime.',
    retry: 'never',
    where: ['terminal'],
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    sentence: 'The database cannot be used.',
    action: 'Check ATOLL_DATABASE_URL and that PostgreSQL 15 or later is running there.',
    retry: 'soon',
    where: ['answer', 'terminal'],
  },
  QUEUE_UNREACHABLE: {
    status: 503,
    sentence: 'The job queue is not responding.',
    action: 'Try again in a minute; if you host this instance, check its log.',
    retry: 'soon',
    where: ['answer'],
  },
  PORT_IN_USE: {
    status: 500,
    sentence: 'The port is already in use.',
    action: 'Stop the program that uses it, or choose another port with --port.',
    retry: 'never',
    where: ['terminal'],
  },
  SERVER_UNREACHABLE: {
    status: 502,
    sentence: 'The server is not responding.',
    action: 'Check its address and that it is running; a sleeping server takes about a minute to wake up.',
    retry: 'soon',
    where: ['terminal'],
  },
  FILE_UNREADABLE: {
    status: 400,
    sentence: 'A file cannot be read.',
    action: 'Check the path and your permission to read it.',
    retry: 'never',
    where: anywhere,
  },
  FILE_UNWRITABLE: {
    status: 500,
    sentence: 'A file cannot be written.',
    action: 'Check that the folder exists, is writable and has free space.',
    retry: 'soon',
    where: ['answer', 'job', 'terminal'],
  },
  ARCHIVE_INVALID: {
    status: 422,
    sentence: 'The folder does not contain an Atoll export.',
    action: 'Provide the folder that `atoll export` wrote.',
    retry: 'never',
    where: ['terminal'],
  },
  INTERNAL: {
    status: 500,
    sentence: 'Unexpected error inside Atoll.',
    action: 'Try again; if it happens again, report the time and the error code.',
    retry: 'soon',
    where: anywhere,
  },
} as const satisfies Record<string, CatalogueRow>;
