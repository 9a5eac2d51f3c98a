import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pinnedImage } from '@atoll/engines/deepisles/image';
import { AtollError } from '@atoll/errors/error';
import { describe, expect, it } from 'vitest';
import { renderEnvExample } from './env-example.ts';
import { listSettings, readSettings } from './settings.ts';

function faultsOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (thrown) {
    if (thrown instanceof AtollError && thrown.code === 'SETTINGS_INVALID') return thrown.message;
    throw thrown;
  }
  throw new Error('these settings were taken');
}

describe('settings', () => {
  it('have defaults that serve this machine alone', () => {
    expect(readSettings({ ATOLL_DATA_DIR: '/lasting' })).toEqual({
      dataDir: '/lasting',
      dataLoss: null,
      archives: {
        receives: false,
        quietSeconds: 60,
        rules: [{ modality: 'MR', study: null, series: null, engine: null, preset: null }],
        all: [],
        forResults: [],
        deidentify: null,
        faults: [],
      },
      databaseUrl: null,
      bucket: null,
      bidsDir: null,
      hub: null,
      atlasDir: null,
      aspectsCutoff: { percentOfRegion: 20, volumeMl: 2 },
      host: '127.0.0.1',
      port: 7860,
      publicUrl: null,
      trustedProxies: [],
      origins: [],
      frameOrigins: ['https://huggingface.co'],
      auth: {
        mode: 'none',
        isOpen: false,
        headers: {
          user: 'x-forwarded-user',
          groups: 'x-forwarded-groups',
          name: 'x-forwarded-preferred-username',
        },
        groupRoles: { readers: [], reviewers: [], admins: [] },
        sharedGroups: [],
        signIn: {
          issuer: null,
          clientId: '',
          clientSecret: null,
          scopes: 'openid profile',
          prompt: '',
          claims: { user: 'sub', groups: 'groups' },
          sessionSeconds: 12 * 3600,
          idleSeconds: 2 * 3600,
          renewalSeconds: 600,
        },
        auditSeconds: 365 * 86_400,
      },
      engine: 'diffusion',
      deepisles: {
        image: pinnedImage,
        runtime: 'auto',
        apptainerImage: null,
        gpus: null,
        network: 'default',
      },
      jobConcurrency: 1,
      jobTimeoutSeconds: 1800,
      engineTimeouts: new Map(),
      maxPendingJobs: 100,
      maxPendingJobsPerClient: 25,
      rateLimitPerMinute: 1200,
      resultTtlSeconds: 604_800,
      browserCache: true,
      uploads: true,
      uploadMaxBytes: 512 * 2 ** 20,
      uploadMaxFiles: 2000,
      uploadTtlSeconds: 604_800,
      minFreeDiskMegabytes: 500,
      shutdownGraceSeconds: 5,
      dicomWebAuthorization: null,
      token: null,
      logLevel: 'info',
      logFormat: 'auto',
    });
  });

  it('for signing in say what is missing, and let no code or cookie go over an open network', () => {
    const wanted = {
      ATOLL_AUTH: 'oidc',
      ATOLL_PUBLIC_URL: 'https://atoll.example.org',
      ATOLL_OIDC_ISSUER: 'https://login.example.org/application/o/atoll/',
      ATOLL_OIDC_CLIENT_ID: 'atoll',
    };
    // Issuers are compared letter by letter: the slash stays.
    expect(readSettings(wanted).auth.signIn.issuer).toBe(wanted.ATOLL_OIDC_ISSUER);
    const none = faultsOf({ ATOLL_AUTH: 'oidc' });
    for (const name of ['ATOLL_OIDC_ISSUER', 'ATOLL_OIDC_CLIENT_ID', 'ATOLL_PUBLIC_URL']) {
      expect(none).toContain(`${name}: with ATOLL_AUTH=oidc, set`);
    }
    const open = {
      ATOLL_OIDC_ISSUER: 'http://login.example.org',
      ATOLL_PUBLIC_URL: 'http://atoll.example.org',
    };
    expect(faultsOf({ ...wanted, ...open }).match(/an https address is required/g)).toHaveLength(2);
    for (const url of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      expect(readSettings({ ...wanted, ATOLL_OIDC_ISSUER: url, ATOLL_PUBLIC_URL: url }).auth.mode).toBe(
        'oidc',
      );
    }
    expect(faultsOf({ ...wanted, ATOLL_PUBLIC_URL: 'http://localhost.example.org' })).toContain('https');
    expect(faultsOf({ ...wanted, ATOLL_OIDC_SCOPES: 'profile' })).toContain('openid among them');
    expect(faultsOf({ ...wanted, ATOLL_SESSION_IDLE: '5s' })).toContain('at least 60s');
    expect(faultsOf({ ...wanted, ATOLL_OIDC_PROMPT: 'none' })).toContain('ATOLL_OIDC_PROMPT');
  });

  it('put the data folder where they say, relative to the home or to here', () => {
    const folder = (ATOLL_DATA_DIR: string) => readSettings({ XDG_DATA_HOME: '/srv/share', ATOLL_DATA_DIR });
    expect(folder('/lasting')).toMatchObject({ dataDir: '/lasting', dataLoss: null });
    expect(folder('~/atoll').dataDir).toBe(join(homedir(), 'atoll'));
    expect(folder('here').dataDir).toBe(join(process.cwd(), 'here'));
  });

  it('take times with or without a unit', () => {
    const seconds = (text: string) => readSettings({ ATOLL_SHUTDOWN_GRACE: text }).shutdownGraceSeconds;
    expect(['90', '90s', '2m', '1h', '7d'].map(seconds)).toEqual([90, 90, 120, 3600, 604_800]);
    expect(faultsOf({ ATOLL_SHUTDOWN_GRACE: 'soon' })).toContain('15m');
    expect(readSettings({ ATOLL_ENGINE_TIMEOUTS: 'diffusion=2m, deepisles=3600' }).engineTimeouts).toEqual(
      new Map([
        ['diffusion', 120],
        ['deepisles', 3600],
      ]),
    );
    expect(faultsOf({ ATOLL_ENGINE_TIMEOUTS: 'diffusion' })).toContain('diffusion=2m');
    expect(readSettings({ ATOLL_DEEPISLES_GPUS: '0, 2,0' }).deepisles.gpus).toEqual([0, 2]);
    expect(faultsOf({ ATOLL_DEEPISLES_GPUS: 'all' })).toContain('0,1');
    expect(faultsOf({ ATOLL_DEEPISLES_IMAGE: '--privileged' })).toContain('container image reference');
    expect(readSettings({ ATOLL_RESULT_TTL: 'never' }).resultTtlSeconds).toBeNull();
    expect(faultsOf({ ATOLL_RESULT_TTL: 'forever' })).toContain('ATOLL_RESULT_TTL');
  });

  it('never repeat the password of a database, and want somebody to work', () => {
    expect(faultsOf({ ATOLL_DATABASE_URL: 'mysql://a:secret@b/c' })).not.toContain('secret');
    expect(faultsOf({ ATOLL_JOB_CONCURRENCY: '0' })).toContain('ATOLL_DATABASE_URL');
    const shared = { ATOLL_DATABASE_URL: 'postgres://a:secret@b/c', ATOLL_JOB_CONCURRENCY: '0' };
    expect(readSettings(shared)).toMatchObject({ databaseUrl: shared.ATOLL_DATABASE_URL, jobConcurrency: 0 });
  });

  it('name a data set of the hub with its commit, and keep the token to themselves', () => {
    const isles = { ATOLL_HUB_DATASET: 'hugging-science/isles24-stroke' };
    expect(readSettings(isles).hub).toEqual({
      dataset: 'hugging-science/isles24-stroke',
      revision: '9707a7fca6d3dd1a690de010ec4aed06bdcd0417',
      token: null,
      endpoint: 'https://huggingface.co',
      cacheBytes: 10e9,
    });
    expect(faultsOf({ ATOLL_HUB_DATASET: 'lab/strokes' })).toContain('ATOLL_HUB_REVISION: set the commit');
    expect(faultsOf({ ...isles, ATOLL_HUB_REVISION: 'main' })).toContain('a branch can change at any time');
    expect(faultsOf({ ATOLL_HUB_DATASET: '../etc/passwd' })).toContain('not have the form owner/name');
    expect(faultsOf({ ...isles, ATOLL_HUB_TOKEN: 'hf_secret', ATOLL_PORT: 'x' })).not.toContain('hf_secret');
  });

  it('take the credentials of an archive in either form, and never repeat them', () => {
    const header = (ATOLL_DICOMWEB_CREDENTIALS: string) =>
      readSettings({ ATOLL_DICOMWEB_CREDENTIALS }).dicomWebAuthorization;
    expect(header('Bearer abc.def')).toBe('Bearer abc.def');
    expect(header('anna:grün:7')).toBe('Basic YW5uYTpncsO8bjo3');
    expect(faultsOf({ ATOLL_DICOMWEB_CREDENTIALS: 'secret' })).not.toContain('secret');
  });

  it('want a bucket with its key, or none', () => {
    const endpoint = { ATOLL_S3_ENDPOINT: 'https://s3.example.org/atoll' };
    const key = { ATOLL_S3_ACCESS_KEY_ID: 'id', ATOLL_S3_SECRET_ACCESS_KEY: 'secret' };
    expect(faultsOf(endpoint)).toContain('ATOLL_S3_SECRET_ACCESS_KEY');
    expect(faultsOf({ ATOLL_S3_ENDPOINT: 'bucket', ...key })).toContain('URL of a bucket');
    expect(readSettings({ ...endpoint, ...key }).bucket).toMatchObject({
      endpoint: endpoint.ATOLL_S3_ENDPOINT,
    });
    expect(readSettings(key).bucket).toBeNull();
  });

  it('take an empty text for one that is not set', () => {
    expect(readSettings({ ATOLL_PORT: '', ATOLL_PUBLIC_URL: ' ' })).toEqual(readSettings({}));
  });

  it('refuse an unknown name and suggest the near one', () => {
    expect(faultsOf({ ATOLL_PROT: '80' })).toBe(
      'ATOLL_PROT: there is no such setting; did you mean ATOLL_PORT?',
    );
    expect(faultsOf({ ATOLL_ORIGIN: 'https://a.org' })).toContain('did you mean ATOLL_ORIGINS?');
    expect(faultsOf({ ATOLL_JOB_TIMEOUT: '5' })).toContain('did you mean ATOLL_JOB_TIMEOUT_SECONDS?');
    expect(faultsOf({ ATOLL_FLUX_CAPACITOR: '5' })).toBe('ATOLL_FLUX_CAPACITOR: there is no such setting');
  });

  it('leave alone what is not theirs', () => {
    expect(readSettings({ PATH: '/bin', ATOL_PORT: '1', ATOLL_TEST_DATA: '/data' })).toEqual(
      readSettings({}),
    );
  });

  it('name every fault at once', () => {
    const faults = faultsOf({ ATOLL_PORT: 'http', ATOLL_JOB_CONCURRENCY: '65', ATOLL_COLOUR: 'red' }).split(
      '\n',
    );
    expect(faults).toHaveLength(3);
    expect(faults.join()).toMatch(
      /ATOLL_COLOUR.*ATOLL_PORT.*from 0 to 65535.*ATOLL_JOB_CONCURRENCY.*from 0 to 64/s,
    );
  });

  it('take exact origins, and say what was meant by an inexact one', () => {
    const ATOLL_ORIGINS = 'https://viewer.example.org, http://localhost:5173';
    expect(readSettings({ ATOLL_ORIGINS }).origins).toEqual([
      'https://viewer.example.org',
      'http://localhost:5173',
    ]);
    const inexact = {
      'https://a.org/': 'https://a.org',
      'https://a.org/page': 'https://a.org',
      'https://a.org.': 'https://a.org',
      'https://A.org': 'https://a.org',
      'https://a.org:443': 'https://a.org',
      'a.org': 'https://a.org',
    };
    for (const [wrong, right] of Object.entries(inexact)) {
      expect(faultsOf({ ATOLL_ORIGINS: wrong })).toContain(`did you mean ${right}?`);
    }
    for (const wrong of [
      '*',
      'null',
      'https://*.hf.space',
      'ftp://a.org',
      'file:///x',
      'https://u:p@a.org?',
    ]) {
      expect(faultsOf({ ATOLL_ORIGINS: wrong })).toContain('not an exact origin');
    }
  });

  it('empty a list with the word none', () => {
    expect(readSettings({ ATOLL_FRAME_ORIGINS: 'none' }).frameOrigins).toEqual([]);
  });

  it('take proxies as addresses, ranges and names of ranges', () => {
    const ATOLL_TRUSTED_PROXIES = 'loopback,10.0.0.0/8,192.0.2.7,2001:db8::/32';
    expect(readSettings({ ATOLL_TRUSTED_PROXIES }).trustedProxies).toHaveLength(4);
    for (const wrong of ['*', 'true', 'proxy.example.org', '10.0.0.0/33', '10.0.0/8', '::1/129']) {
      expect(faultsOf({ ATOLL_TRUSTED_PROXIES: wrong })).toContain(wrong);
    }
  });

  it('keep the path of the public URL and drop the slash at its end', () => {
    expect(readSettings({ ATOLL_PUBLIC_URL: 'https://lab.org/atoll/' }).publicUrl).toBe(
      'https://lab.org/atoll',
    );
    for (const wrong of ['lab.org', 'ftp://lab.org', 'https://lab.org?x=1', 'https://lab.org/#x']) {
      expect(faultsOf({ ATOLL_PUBLIC_URL: wrong })).toContain('ATOLL_PUBLIC_URL');
    }
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');

  it('is what the schema makes it', () => {
    expect(text).toBe(renderEnvExample());
  });

  it('lists every setting with its default, and describes it', () => {
    for (const { name, description, fallback } of listSettings()) {
      expect(text).toContain(`\n#${name}=${fallback}\n`);
      expect(description).toMatch(/\.$/);
    }
  });

  it('is itself a set of settings that is taken', () => {
    const lines = text.matchAll(/^#?(ATOLL_[A-Z0-9_]+)=(.*)$/gm);
    const env = Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
    expect(Object.keys(env)).toEqual(listSettings().map(({ name }) => name));
    expect(readSettings(env)).toEqual(readSettings({}));
  });

  it('read archives with their credentials, and say of which there are none', () => {
    const { archives } = readSettings({
      ATOLL_DATA_DIR: '/lasting',
      ATOLL_ARCHIVES: 'pacs=https://pacs.example.org/dicom-web, research=http://10.0.0.7:8042/dicom-web/',
      ATOLL_ARCHIVE_CREDENTIALS: 'pacs=anna:a%2Cb%25, research=Bearer abc',
      ATOLL_RESULT_ARCHIVES: 'research',
    });
    expect(archives.all.map(({ name }) => name)).toEqual(['pacs', 'research']);
    expect(archives.all[0].authorization).toBe(`Basic ${btoa('anna:a,b%')}`);
    expect(archives.forResults).toMatchObject([{ name: 'research', authorization: 'Bearer abc' }]);
    const faults = (env: Record<string, string>) => () =>
      readSettings({ ATOLL_DATA_DIR: '/lasting', ...env });
    expect(faults({ ATOLL_RESULT_ARCHIVES: 'pacs' })).toThrow('ATOLL_ARCHIVES has no archive "pacs"');
    expect(faults({ ATOLL_ARCHIVE_CREDENTIALS: 'pacs=a:b' })).toThrow('ATOLL_ARCHIVES has no archive "pacs"');
    expect(faults({ ATOLL_ARCHIVES: 'pacs=https://a:secret@x/' })).toThrow(/credentials go into/);
    expect(faults({ ATOLL_ARCHIVES: 'pacs=https://a:secret@x/' })).not.toThrow(/secret/);
    expect(faults({ ATOLL_DICOM_RULES: 'size=3' })).toThrow('ATOLL_DICOM_RULES');
  });
});
