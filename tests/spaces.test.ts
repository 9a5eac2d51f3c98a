import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Health } from '@atoll/contract/health';
import { PageConfig } from '@atoll/contract/page-config';
import { readSettings } from '@atoll/instance/settings';
import { pageRuntimeNames } from '@atoll/models/runtime-list';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasRealData, realData } from '../packages/cli/test/real-data.ts';
import { ensureOnnxRuntime } from '../scripts/onnx-runtime.ts';
import { FrontMatter } from '../scripts/spaces/front-matter.ts';
import { checkNames } from '../scripts/spaces/names.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'atoll-spaces-'));
// What runs as another user must get there.
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const deploy = (out: string, ...more: string[]) =>
  run(process.execPath, [
    join(root, 'scripts/deploy-spaces.ts'),
    '--user',
    'A.Reader',
    '--out',
    out,
    ...more,
  ]);
const read = (...path: string[]) => readFileSync(join(scratch, ...path), 'utf8');
const matterOf = (...path: string[]) =>
  FrontMatter.parse(parse(/^---\n(.*?)\n---\n/s.exec(read(...path, 'README.md'))?.[1] ?? ''));

function readEnv(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
}

describe('the two Spaces of npm run deploy:spaces', () => {
  beforeAll(async () => {
    await deploy(join(scratch, 'gpu'), '--frontend', 'viewer', '--backend', 'service');
    await deploy(join(scratch, 'cpu'), '--cpu');
  }, 120_000);

  it('have a head that Hugging Face can read', () => {
    expect(matterOf('gpu', 'frontend')).toMatchObject({ sdk: 'static', app_file: 'index.html' });
    expect(matterOf('gpu', 'backend')).toMatchObject({
      sdk: 'docker',
      app_port: 7860,
      suggested_hardware: 't4-small',
    });
    expect(matterOf('cpu', 'backend')).toMatchObject({ sdk: 'docker', suggested_hardware: 'cpu-basic' });
  });

  it('name each other: the page its service, the service the page’s exact origins', () => {
    const config = PageConfig.parse(JSON.parse(read('gpu', 'frontend', 'config.json')));
    expect(config).toEqual({ api: 'https://a-reader-service.hf.space', allowedApis: [], atlas: false });
    const settings = readSettings(readEnv(read('gpu', 'backend', 'space.env')));
    expect(settings).toMatchObject({
      origins: ['https://a-reader-viewer.static.hf.space', 'https://a-reader-viewer.hf.space'],
      publicUrl: 'https://a-reader-service.hf.space',
      frameOrigins: ['https://huggingface.co'],
      port: 7860,
      host: '0.0.0.0',
      trustedProxies: ['uniquelocal'],
      engine: 'deepisles',
    });
  });

  it.skipIf(!hasRealData)('hold the atlas with its licence where it is asked for', async () => {
    await deploy(join(scratch, 'atlas'), '--cpu', '--atlas', join(realData, 'atlas'));
    expect(PageConfig.parse(JSON.parse(read('atlas', 'frontend', 'config.json'))).atlas).toBe(true);
    expect(readdirSync(join(scratch, 'atlas/frontend/atlas')).sort()).toEqual([
      'ArterialAtlas_MNI182.nii.gz',
      'AspectsAtlas_MNI182.nii.gz',
      'AspectsPcaAtlas_MNI182.nii.gz',
      'LICENCE.txt',
      'LobeAtlas_MNI182.nii.gz',
    ]);
    expect(read('atlas', 'frontend', 'atlas', 'LICENCE.txt')).toContain('CC BY-SA 4.0');
    expect(read('atlas', 'backend', 'Dockerfile')).toContain('ARG ATLAS_DIR=/opt/atoll-atlas\n');
    expect(read('cpu', 'backend', 'Dockerfile')).toContain('ARG ATLAS_DIR=\n');
    expect(existsSync(join(scratch, 'cpu/frontend/atlas'))).toBe(false);
    const refused = deploy(join(scratch, 'wrong'), '--atlas', scratch);
    await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('ArterialAtlas') });
  });

  it('hold the page with all that it loads, and no copies packed for our own server', () => {
    const html = read('gpu', 'frontend', 'index.html');
    const loaded = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => path);
    expect(loaded.length).toBeGreaterThan(2);
    for (const path of loaded) expect(existsSync(join(scratch, 'gpu/frontend', path)), path).toBe(true);
    expect(
      readdirSync(join(scratch, 'gpu/frontend/assets')).filter((name) => /\.(br|gz)$/.test(name)),
    ).toEqual([]);
    const scripts = loaded.filter((path) => path.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    // React's build for development, which a test's NODE_ENV would bring, is slow and mounts all twice.
    for (const path of scripts) expect(read('gpu/frontend', path)).not.toContain('jsxDEV');
  });

  it('load little before a case is chosen: nothing that reads, runs or keeps anything of a reader’s own', () => {
    const assets = new Set(
      [...read('gpu', 'frontend', 'index.html').matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, path]) => path),
    );
    // A set that grows while it is gone through.
    for (const path of assets) {
      if (!path.endsWith('.js')) continue;
      const imports = read('gpu/frontend', path).matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
      for (const [, name] of imports) assets.add(`assets/${name}`);
    }
    const packed = [...assets].map(
      (path) => gzipSync(readFileSync(join(scratch, 'gpu/frontend', path))).length,
    );
    const kilobytes = packed.reduce((sum, bytes) => sum + bytes, 0) / 1000;
    expect(kilobytes).toBeGreaterThan(100);
    expect(kilobytes).toBeLessThan(300);
    expect(
      [...assets].filter((path) => /model-(parts|worker)|bench-parts|niivue|report-files|wasm/.test(path)),
    ).toEqual([]);
    expect(readdirSync(join(scratch, 'gpu/frontend')).filter((name) => name === 'model-runtime')).toEqual([]);
  });

  it('draws by the same rules whichever style sheet comes first: each names the order of the layers', () => {
    const sheets = readdirSync(join(scratch, 'gpu/frontend/assets')).filter((name) => name.endsWith('.css'));
    expect(sheets.length).toBeGreaterThan(1);
    for (const sheet of sheets)
      expect(read('gpu/frontend', `assets/${sheet}`).startsWith('@layer base, shared, parts;'), sheet).toBe(
        true,
      );
  });

  it('hold ONNX Runtime beside the page where it is asked for', async () => {
    const runtime = await ensureOnnxRuntime();
    await deploy(join(scratch, 'models'), '--cpu', '--models', runtime);
    expect(PageConfig.parse(JSON.parse(read('models', 'frontend', 'config.json'))).models).toBe(true);
    for (const name of pageRuntimeNames)
      expect(read('models', 'frontend', 'model-runtime', name).length).toBeGreaterThan(1000);
    // Files of more than 10 MB are taken by Hugging Face through LFS alone.
    expect(read('models', 'frontend', '.gitattributes')).toContain('model-runtime/*.wasm filter=lfs');
  });

  it('name no user anywhere else', async () => {
    const { stdout } = await run(
      'git',
      ['grep', '--untracked', '-liE', 'a-reader|vibecoder|hf\\.space', '--', ':!*.test.ts', ':!docs'],
      {
        cwd: root,
      },
    ).catch(() => ({ stdout: '' }));
    expect(stdout.split('\n').filter((name) => name !== '')).toEqual(['scripts/spaces/names.ts']);
  });

  it.each(['gpu', 'cpu'])(
    'have a Dockerfile (%s) that copies only what is there and runs as user 1000',
    (kind) => {
      const dockerfile = read(kind, 'backend', 'Dockerfile');
      const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
      expect(copies.length).toBeGreaterThan(1);
      for (const [, sources] of copies) {
        for (const source of sources.split(' ')) {
          expect(existsSync(join(scratch, kind, 'backend', source)), source).toBe(true);
        }
      }
      expect(dockerfile).toMatch(/^USER 1000$/m);
      expect(dockerfile).toMatch(/^EXPOSE 7860$/m);
      expect(dockerfile.includes('isleschallenge/deepisles@sha256:848c9eceb67dbc58')).toBe(kind === 'gpu');
      expect(dockerfile).not.toMatch(/(COPY|ADD).* \/app(\/|$)/m);
    },
  );

  it('are written anew over themselves with their history, but never over something else', async () => {
    const out = join(scratch, 'cpu');
    mkdirSync(join(out, 'frontend/.git'));
    writeFileSync(join(out, 'frontend/old.js'), '');
    await deploy(out, '--cpu');
    expect([existsSync(join(out, 'frontend/.git')), existsSync(join(out, 'frontend/old.js'))]).toEqual([
      true,
      false,
    ]);
    const foreign = join(scratch, 'foreign');
    mkdirSync(join(foreign, 'frontend'), { recursive: true });
    writeFileSync(join(foreign, 'frontend/thesis.tex'), 'years');
    await expect(deploy(foreign)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--out'),
    });
    expect(read('foreign/frontend/thesis.tex')).toBe('years');
  });

  it('refuse names that are none, or whose address could not be foretold', () => {
    const names = { user: 'reader', frontend: 'atoll', backend: 'service' };
    expect(() => checkNames(names)).not.toThrow();
    for (const wrong of ['', 'a/b', '../x', 'a b', '-a', 'a'.repeat(60)]) {
      expect(() => checkNames({ ...names, backend: wrong }), wrong).toThrow();
    }
    expect(() => checkNames({ ...names, backend: 'Atoll' })).toThrow('two names');
  });
});

describe('the Docker Space’s commands, played without Docker as another user with a home that is read-only', () => {
  const folder = join(scratch, 'played');
  let server: ChildProcess | null = null;
  afterAll(async () => {
    if (server === null || server.exitCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
  });

  it('install, start, and answer on the port', async () => {
    await deploy(folder, '--cpu');
    const backend = join(folder, 'backend');
    const dockerfile = readFileSync(join(backend, 'Dockerfile'), 'utf8');
    const install = /^RUN .*(npm ci [^&\n]+)/m.exec(dockerfile)?.[1].trim().split(' ') ?? [];
    expect(install).toEqual(['npm', 'ci', '--prefer-offline', '--omit=dev', '--ignore-scripts']);
    await run(install[0], install.slice(1), { cwd: backend });

    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o555 });
    const command: string[] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]');
    expect(command[0]).toBe('node');
    // Only root may become another user.
    const other = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
    server = spawn(process.execPath, command.slice(1), {
      cwd: backend,
      // The Space's own variables go before space.env; a free port, for tests run side by side.
      env: {
        PATH: process.env.PATH,
        HOME: home,
        NODE_ENV: 'production',
        SPACE_ID: 'reader/service',
        ATOLL_PORT: '0',
        // As on the Space with a GPU, where none was given to it.
        ATOLL_ENGINE: 'deepisles',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...other,
    });
    let said = '';
    server.stderr?.on('data', (chunk) => {
      said += String(chunk);
    });
    const [line] = await once(server.stdout ?? server, 'data');
    const port = new URL(/http:\S+/.exec(String(line))?.[0] ?? '').port;
    const url = `http://127.0.0.1:${port}`;
    const origin = 'https://a-reader-atoll.static.hf.space';
    const answer = await fetch(`${url}/health`, { headers: { Origin: origin } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    const health = Health.parse(await answer.json());
    expect(health.results?.lossReason).not.toBeNull();
    expect(health.engines?.find(({ id }) => id === 'deepisles')).toMatchObject({
      usable: false,
      reason: expect.stringContaining('No usable NVIDIA GPU'),
    });
    expect(said).toContain('may be lost with this machine');
    expect(said).toContain('the default engine cannot run here');
    const page = await fetch(url, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toContain('<title>Atoll</title>');
    const ready = await fetch(`${url}/ready`);
    expect(ready.status).toBe(200);
  }, 240_000);
});
