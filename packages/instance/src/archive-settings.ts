import { z } from 'zod';
import { setting } from './setting.ts';
import { duration, httpCredentials, names, onOrOff, path, yesOrNo } from './setting-readers.ts';
import { parseStudyRules } from './study-rules.ts';

const isName = (text: string) => /^[a-z0-9][a-z0-9-]{0,63}$/.test(text);

/** Entries of the form name=value, separated by commas. The fault must not repeat a value: it may be a secret. */
const named = z.string().transform((text, context) => {
  const entries = new Map<string, string>();
  for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, Math.max(0, at)).trim();
    const value = entry.slice(at + 1).trim();
    if (isName(name) && value !== '' && !entries.has(name)) entries.set(name, value);
    else {
      const message =
        'entries of the form name=value are required, separated by commas; each name once, of small letters, digits and hyphens';
      context.addIssue({ code: 'custom', message });
    }
  }
  return entries;
});

const addresses = named.transform((entries, context) => {
  for (const [name, address] of entries) {
    const url = URL.canParse(address) ? new URL(address) : null;
    const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
    if (isPlain && url.username === '' && url.password === '') continue;
    const message = `the address of ${name} is not the root of a DICOMweb service, such as https://pacs.example.org/dicom-web; credentials go into ATOLL_ARCHIVE_CREDENTIALS`;
    context.addIssue({ code: 'custom', message });
  }
  return entries;
});

const credentials = named.transform((entries, context) => {
  const read = new Map<string, string>();
  for (const [name, text] of entries) {
    const plain = decoded(text);
    const authorization = plain === null ? null : (httpCredentials.safeParse(plain).data ?? null);
    if (authorization !== null) read.set(name, authorization);
    else {
      const message = `those of ${name} must be user:password, or Bearer followed by a token; a comma in them is written %2C, and a percent sign %25`;
      context.addIssue({ code: 'custom', message });
    }
  }
  return read;
});

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const rules = z.string().transform((text, context) => {
  const read = parseStudyRules(text);
  if (typeof read !== 'string') return read;
  context.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

/** Where examinations come from, and where results go. */
export const archiveSettings = {
  ATOLL_DICOM_RECEIVE: setting(onOrOff, {
    description:
      'Whether archives and scanners may store examinations here by DICOMweb (STOW-RS, POST /dicom-web/studies): on or off. See docs/archive.md.',
    fallback: 'off',
  }),
  ATOLL_DICOM_QUIET: setting(duration, {
    description: 'An examination is taken to be complete when nothing of it has arrived for this long.',
    fallback: '60s',
  }),
  ATOLL_DICOM_RULES: setting(rules, {
    description:
      'Which received examinations are run, and how: rules separated by semicolons, the first that fits counts; conditions separated by commas (study and series are patterns of descriptions in which * is any text and ? any letter); or none.',
    fallback: 'modality=MR',
    example: 'study=*stroke*,series=*dwi*,engine=deepisles,preset=fast; modality=MR',
  }),
  ATOLL_ARCHIVES: setting(addresses, {
    description:
      'DICOMweb archives: name=URL of the root of the service, separated by commas. Images are fetched from them by name, and results sent to those of ATOLL_RESULT_ARCHIVES.',
    fallback: '',
    example: 'pacs=https://pacs.example.org/dicom-web',
  }),
  ATOLL_ARCHIVE_CREDENTIALS: setting(credentials, {
    description:
      'Credentials for the archives: name=user:password, or name=Bearer followed by a token, separated by commas; a comma in a password is written %2C, and a percent sign %25. Contains secrets.',
    fallback: '',
    example: 'pacs=atoll:secret',
  }),
  ATOLL_RESULT_ARCHIVES: setting(names, {
    description:
      'Names of the archives that get the results of received examinations (segmentation, measurements and report as DICOM), separated by commas.',
    fallback: '',
    example: 'pacs',
  }),
  ATOLL_DEIDENTIFY: setting(yesOrNo, {
    description:
      'Whether received examinations are de-identified before anything of them is stored (DICOM PS3.15, Basic Profile): yes or no.',
    fallback: 'no',
  }),
  ATOLL_DEIDENTIFY_DATES: setting(z.enum(['remove', 'shift'], { error: 'must be remove or shift' }), {
    description:
      'What de-identification does with dates: remove them, or shift all dates of a patient by the same secret number of days.',
    fallback: 'remove',
  }),
  ATOLL_DEIDENTIFY_KEY: setting(path, {
    description:
      'File with the secret that pseudonyms are made with, the same for all processes; created with mode 0600 where there is none. By default deidentify.key in the data folder.',
    fallback: '',
    example: '/etc/atoll/deidentify.key',
  }),
};

/** An archive that speaks DICOMweb. */
export type Archive = {
  readonly name: string;
  /** Root of its DICOMweb service. */
  readonly root: string;
  /** Value of an Authorization header, a secret; null where there is none. */
  readonly authorization: string | null;
};

type Read = { readonly [Name in keyof typeof archiveSettings]: z.output<(typeof archiveSettings)[Name]> };

export function readArchives(env: Read) {
  const all: Archive[] = [...env.ATOLL_ARCHIVES].map(([name, root]) => ({
    name,
    root,
    authorization: env.ATOLL_ARCHIVE_CREDENTIALS.get(name) ?? null,
  }));
  return {
    /** Whether others may store examinations here. */
    receives: env.ATOLL_DICOM_RECEIVE,
    quietSeconds: env.ATOLL_DICOM_QUIET,
    rules: env.ATOLL_DICOM_RULES,
    all,
    /** Those that get results. */
    forResults: all.filter(({ name }) => env.ATOLL_RESULT_ARCHIVES.includes(name)),
    /** null where examinations stay as they came. */
    deidentify: env.ATOLL_DEIDENTIFY
      ? { dates: env.ATOLL_DEIDENTIFY_DATES, keyFile: env.ATOLL_DEIDENTIFY_KEY }
      : null,
    /** What does not go together, a sentence each; none ever leaves the reading of the settings. */
    faults: faultsOfArchives(env),
  };
}

function faultsOfArchives(env: Read): string[] {
  const known = [...env.ATOLL_ARCHIVES.keys()];
  const unknown = (given: Iterable<string>) => [...given].filter((name) => !known.includes(name));
  return [
    ...unknown(env.ATOLL_RESULT_ARCHIVES).map(
      (name) => `ATOLL_RESULT_ARCHIVES: ATOLL_ARCHIVES has no archive "${name}"`,
    ),
    ...unknown(env.ATOLL_ARCHIVE_CREDENTIALS.keys()).map(
      (name) => `ATOLL_ARCHIVE_CREDENTIALS: ATOLL_ARCHIVES has no archive "${name}"`,
    ),
  ];
}
