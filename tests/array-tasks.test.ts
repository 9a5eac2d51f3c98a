import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { makePhantomFiles } from '@atoll/phantom/case-files';
import { axialGrid } from '@atoll/phantom/grids';
import { phantomCases } from '@atoll/phantom/specs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bidsVerdict } from '../packages/cli/test/bids-verdict.ts';

const root = join(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'atoll-cluster-'));
const bids = join(home, 'isles22');
const out = join(bids, 'derivatives/atoll');
const subjects = ['sub-01', 'sub-02', 'sub-03', 'sub-04'];

/** The script of docs/cases.md, as it stands there. */
const script = /```bash\n(#!\/bin\/bash\n#SBATCH[\s\S]*?)```/.exec(
  readFileSync(join(root, 'docs/cases.md'), 'utf8'),
)?.[1];

beforeAll(async () => {
  const grid = axialGrid([44, 48, 26], [4, 4, 5.5], { x: 'L', y: 'A' }, [0, -17, 10]);
  const { dwi, adc } = await makePhantomFiles({ ...phantomCases[0].spec, grid });
  mkdirSync(bids);
  writeFileSync(
    join(bids, 'dataset_description.json'),
    JSON.stringify({ Name: 'Phantoms', BIDSVersion: '1.9.0' }),
  );
  for (const name of subjects) {
    const folder = join(bids, name, 'dwi');
    mkdirSync(folder, { recursive: true });
    // One that fails: its ADC map is cut short.
    writeFileSync(join(folder, `${name}_dwi.nii.gz`), dwi);
    writeFileSync(join(folder, `${name}_adc.nii.gz`), name === 'sub-03' ? adc.subarray(0, 500) : adc);
  }
  symlinkSync(root, join(home, 'atoll'));
  writeFileSync(join(home, 'array.sh'), script ?? '');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What Slurm does for one task of an array, as far as the script sees it. */
function runTask(id: number): Promise<{ code: number; stderr: string }> {
  const env = {
    ...process.env,
    HOME: home,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    npm_config_cache: join(home, '.npm'),
    SLURM_ARRAY_TASK_ID: String(id),
  };
  return new Promise((resolve) => {
    execFile('bash', [join(home, 'array.sh')], { env }, (error, _, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr });
    });
  });
}

describe('the array of docs/cases.md, its tasks side by side as processes of their own', () => {
  it('fills one derivative: every case in the table and on the page, whoever ends last', async () => {
    expect(script).toContain('--participant-label');
    const ended = await Promise.all(subjects.map((_, at) => runTask(at + 1)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 1, 0]);
    expect(ended[2].stderr).toContain('[1/1] sub-03: ');

    const [head, ...lines] = readFileSync(join(out, 'lesions.tsv'), 'utf8').trimEnd().split('\n');
    const status = head.split('\t').indexOf('status');
    expect(lines.map((line) => [line.split('\t')[0], line.split('\t')[status]])).toEqual([
      ['sub-01', 'done'],
      ['sub-02', 'done'],
      ['sub-03', 'failed'],
      ['sub-04', 'done'],
    ]);
    const page = readFileSync(join(out, 'group.html'), 'utf8');
    expect(page).toContain('3 of 4 cases have a mask, 1 failed');
    const links = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, target]) => target);
    expect(links).toHaveLength(6);
    for (const link of links) expect(readFileSync(join(out, link)).length).toBeGreaterThan(100);
    // Nothing half-written is left.
    const names = readdirSync(out, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => /\.(part|probe)$/.test(name))).toEqual([]);
    expect((await bidsVerdict(out)).errors).toEqual([]);
  });

  it('names the likely label where a task asks for a subject that is not there', async () => {
    const { code, stderr } = await new Promise<{ code: number; stderr: string }>((resolve) => {
      const args = [
        join(root, 'packages/cli/bin/atoll.js'),
        ...['segment', '--bids', bids, '--out', out, '--participant-label', '1', 'sub-02'],
      ];
      execFile(process.execPath, args, (error, _, text) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr: text }),
      );
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('sub-1 (similar: sub-01')]);
  });
});
