import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAtoll } from './run-atoll.ts';

describe('atoll', () => {
  it.each([
    [['--help']],
    [['segment', '--help']],
    [['evaluate', '--help']],
    [['benchmark', '--help']],
    [['models', '--help']],
    [['models', 'import-nnunet', '--help']],
    [['serve', '--help']],
    [['worker', '--help']],
    [['cases', '--help']],
    [['cases', 'fetch-example', '--help']],
    [['doctor', '--help']],
    [['export', '--help']],
    [['import', '--help']],
    [['--version']],
  ])('%s ends well and explains itself on stdout', async (args) => {
    const { code, stdout, stderr } = await runAtoll(args);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(4);
    expect(stderr).toBe('');
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['sgment']],
    ['an unknown option', ['cases', '--jsn']],
    ['a missing option', ['segment', '--dwi', 'a', '--adc', 'b']],
    ['one image of two', ['segment', '--dwi', 'a', '--out', 'o']],
    ['files and a case at once', ['segment', '--dwi', 'a', '--adc', 'b', '--case', 'c', '--out', 'o']],
    ['a folder and a case at once', ['segment', '--in', 'a', '--case', 'c', '--out', 'o']],
    ['a folder and no place for the results', ['segment', '--in', '.']],
    ['a correction without a folder', ['segment', '--case', 'c', '--use', 'dwi=i1', '--out', 'o']],
    ['a correction of no part', ['segment', '--in', 'a', '--use', 't1=i1', '--out', 'o']],
    ['a b-value that is no number', ['segment', '--in', 'a', '--b-value', 'x', '--out', 'o']],
    ['a volume that is no number', ['segment', '--case', 'c', '--dwi-volume', 'x', '--out', 'o']],
    ['a separate worker', ['worker']],
    ['a model without its licence', ['models', 'import-nnunet', 'a', '--id', 'a', '--out', 'b']],
    ['a comparison with nothing to compare', ['benchmark', '--bids', 'a', '--out', 'b']],
    ['an export to nowhere', ['export']],
  ])('%s is wrong usage: exit 2, and stdout stays empty', async (_name, args) => {
    const { code, stdout, stderr } = await runAtoll(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.length).toBeGreaterThan(10);
  });

  it('keeps compiled code in a folder of its own, never in the shared temporary one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-compiled-'));
    const [shared, caches] = [join(folder, 'tmp'), join(folder, 'caches')];
    mkdirSync(shared);
    const env = { TMPDIR: shared, XDG_CACHE_HOME: caches, NODE_COMPILE_CACHE: undefined };
    expect((await runAtoll(['--version'], { env })).code).toBe(0);
    expect(readdirSync(shared)).toEqual([]);
    const own = join(caches, 'atoll', 'compiled');
    expect(statSync(own).mode & 0o777).toBe(0o700);
    const kept = () => readdirSync(own, { recursive: true }).length;
    expect(kept()).toBeGreaterThan(3);
    // One that only leads elsewhere is not run from, and nothing is left there.
    rmSync(own, { recursive: true });
    mkdirSync(join(folder, 'theirs'));
    symlinkSync(join(folder, 'theirs'), own);
    expect((await runAtoll(['--version'], { env })).code).toBe(0);
    expect(kept()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('lists its cases, for people and for scripts', async () => {
    const { stdout } = await runAtoll(['cases', '--json']);
    const ids = JSON.parse(stdout).map((each: { id: string }) => each.id);
    expect(ids).toContain('phantom-large-left');
    expect((await runAtoll(['cases'])).stdout).toContain('phantom-large-left');
  });

  it('ends well when nobody reads its output any more', async () => {
    expect(await runAtoll(['cases'], { deaf: true })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('refuses an unknown case or engine with a code', async () => {
    const out = mkdtempSync(join(tmpdir(), 'atoll-usage-'));
    const unknownCase = await runAtoll(['segment', '--case', 'nobody', '--out', out]);
    expect([unknownCase.code, unknownCase.stderr]).toEqual([1, expect.stringContaining('[CASE_UNKNOWN]')]);
    const unknownEngine = await runAtoll(['segment', '--case', 'nobody', '--engine', 'magic', '--out', out]);
    expect([unknownEngine.code, unknownEngine.stderr]).toEqual([
      1,
      expect.stringContaining('[ENGINE_UNKNOWN]'),
    ]);
    rmSync(out, { recursive: true });
  });

  it('examines the machine, and fails when the data folder cannot be used', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'atoll-doctor-'));
    const well = await runAtoll(['doctor', '--json'], { env: { ATOLL_DATA_DIR: dataDir } });
    expect(well.code).toBe(0);
    const { able, engines, machine } = JSON.parse(well.stdout);
    expect({ able, engine: engines[0].ok }).toEqual({ able: true, engine: true });
    expect(machine.map(({ what }: { what: string }) => what)).toEqual(
      expect.arrayContaining(['machine', 'GPU', 'containers', 'DeepISLES image', 'data folder']),
    );
    const noDatabase = await runAtoll(['doctor'], {
      env: { ATOLL_DATA_DIR: dataDir, ATOLL_DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/none' },
    });
    expect(noDatabase.code).toBe(1);
    expect(noDatabase.stdout).toMatch(/NO {2}database +PostgreSQL is not responding/);
    expect(noDatabase.stdout).not.toContain('secret');
    const ill = await runAtoll(['doctor'], { env: { ATOLL_DATA_DIR: '/dev/null/nowhere' } });
    expect(ill.code).toBe(1);
    expect(ill.stdout).toContain('ATOLL_DATA_DIR');
    rmSync(dataDir, { recursive: true });
  });

  it('exports to a folder and imports from it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atoll-archive-'));
    const env = { ATOLL_DATA_DIR: join(folder, 'data') };
    const out = await runAtoll(['export', '--out', join(folder, 'out')], { env });
    expect(out).toEqual({ code: 0, stdout: '0 jobs and 0 files exported\n', stderr: '' });
    const back = await runAtoll(['import', '--from', join(folder, 'out')], { env });
    expect(back).toEqual({ code: 0, stdout: '0 jobs and 0 files imported\n', stderr: '' });
    const none = await runAtoll(['import', '--from', folder], { env });
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('[FILE_UNREADABLE]')]);
    rmSync(folder, { recursive: true });
  });

  it('takes a misspelt setting for an error, and suggests the right one', async () => {
    const { code, stderr } = await runAtoll(['cases'], { env: { ATOLL_DATA_DIRR: '/tmp' } });
    expect(code).toBe(1);
    expect(stderr).toContain('ATOLL_DATA_DIR');
    expect(stderr).toContain('[SETTINGS_INVALID]');
  });
});
