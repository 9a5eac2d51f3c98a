import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '@atoll/contract/problem';
import { ReviewCase, ReviewedCase, ReviewList } from '@atoll/contract/review';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import type { Affine } from '@atoll/volume/volume';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bidsVerdict } from '../packages/cli/test/bids-verdict.ts';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';
import { ReviewProcess } from './review-process.ts';
import { writeSmallCohort } from './small-cohort.ts';

const folder = mkdtempSync(join(tmpdir(), 'atoll-review-'));
const bids = join(folder, 'phantoms');
let out = '';
const running: ReviewProcess[] = [];

beforeAll(async () => {
  out = await writeSmallCohort(bids, 4);
}, 120_000);
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(...args: string[]): Promise<ReviewProcess> {
  const process = await ReviewProcess.start(bids, ...args);
  running.push(process);
  return process;
}

const list = async (at: ReviewProcess) =>
  ReviewList.parse(await (await fetch(`${at.url}api/review`)).json()).cases;
const open = async (at: ReviewProcess, id: string) =>
  ReviewCase.parse(await (await fetch(`${at.url}api/review/cases/${id}`)).json());
const post = (at: ReviewProcess, id: string, body: RequestInit['body'], headers = {}) =>
  fetch(`${at.url}api/review/cases/${id}`, { method: 'POST', body: body ?? null, headers });
const say = async (at: ReviewProcess, id: string, verdict: string | null, note = '') => {
  const answer = await post(at, id, JSON.stringify({ verdict, note }), {
    'Content-Type': 'application/json',
  });
  if (!answer.ok) throw new Error(await answer.text());
  return ReviewedCase.parse(await answer.json());
};
const send = (at: ReviewProcess, id: string, mask: Uint8Array) => {
  const form = new FormData();
  form.append('verdict', 'corrected');
  form.append('note', 'edge');
  form.append('mask', new Blob([new Uint8Array(mask)]), 'mask');
  return post(at, id, form);
};
const file = (id: string, name: string) => join(out, id, 'dwi', `${id}_desc-${name}`);
const text = (name: string) => readFileSync(join(out, name), 'utf8');

/** A mask with its first axis the other way and some voxels more, as another program saves it. */
async function edited(id: string): Promise<Uint8Array> {
  const { shape, affine, data } = await readNiftiMask(readFileSync(file(id, 'lesion_mask.nii.gz')));
  const [nx] = shape;
  const flipped = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const i = at % nx;
    if (data[at] !== 0 || (at > 20_000 && at < 20_030)) flipped[at - i + (nx - 1 - i)] = 1;
  }
  const turned: Affine = [
    [-affine[0][0], affine[0][1], affine[0][2], affine[0][3] + affine[0][0] * (nx - 1)],
    [-affine[1][0], affine[1][1], affine[1][2], affine[1][3] + affine[1][0] * (nx - 1)],
    [-affine[2][0], affine[2][1], affine[2][2], affine[2][3] + affine[2][0] * (nx - 1)],
  ];
  return writeNiftiMask({ shape, affine: turned, data: flipped });
}

describe('atoll review', () => {
  it('keeps each verdict at once, goes on after a crash, and has reports that say so', async () => {
    const first = await start('--rater', 'anna');
    expect(first.words).toContain('0 of 4 cases reviewed by anna');
    expect((await list(first)).map(({ id }) => id)).toEqual(['sub-01', 'sub-02', 'sub-03', 'sub-04']);
    await say(first, 'sub-01', 'accepted');
    await say(first, 'sub-02', 'rejected', 'artefact');
    const corrected = ReviewedCase.parse(await (await send(first, 'sub-03', await edited('sub-03'))).json());
    expect(corrected.own).toMatchObject({ verdict: 'corrected', note: 'edge' });
    expect(corrected.own?.volumeMl).toBeGreaterThan(corrected.volumeMl);
    expect(corrected.own?.diceWithEngine).toBeLessThan(1);
    await first.stop('SIGKILL');

    const again = await start('--rater', 'anna');
    expect(again.words).toContain('3 of 4 cases reviewed by anna');
    // The corrected mask lies in the order of the DWI again.
    const [engine, standing] = await Promise.all(
      ['lesion', 'reviewedAnna'].map(async (desc) =>
        readNiftiMask(readFileSync(file('sub-03', `${desc}_mask.nii.gz`))),
      ),
    );
    expect(standing.affine).toEqual(engine.affine);
    expect(engine.data.every((value, at) => value === 0 || standing.data[at] === 1)).toBe(true);
    expect((await open(again, 'sub-03')).report.revision).toMatchObject({
      author: 'anna',
      verdict: 'corrected',
    });
    // A verdict that takes the place of another takes its mask away, too.
    await say(again, 'sub-03', 'rejected');
    expect(existsSync(file('sub-03', 'reviewedAnna_mask.nii.gz'))).toBe(false);
    await send(again, 'sub-03', await edited('sub-03'));
    expect(await again.stop()).toBe(0);

    expect(readFileSync(file('sub-01', 'reviewedAnna_mask.nii.gz'))).toEqual(
      readFileSync(file('sub-01', 'lesion_mask.nii.gz')),
    );
    expect(existsSync(file('sub-02', 'reviewedAnna_mask.nii.gz'))).toBe(false);
    const pages = ['sub-01', 'sub-02', 'sub-03'].map((id) =>
      readFileSync(file(id, 'lesion_report.html'), 'utf8'),
    );
    for (const [at, words] of ['accepted by anna', 'rejected by anna', 'Corrected by anna'].entries()) {
      expect(pages[at]).toContain(words);
      expect(pages[at]).not.toContain('Not reviewed');
    }
    expect(readFileSync(file('sub-03', 'reviewedAnna_report.html'), 'utf8')).toContain('corrected by anna');
    expect(text('group.html')).toContain('3 of 4 reviewed');
  });

  it('shows what others said after the own verdict, says how far they agree, and leaves a derivative that BIDS takes', async () => {
    const second = await start('--rater', 'B. Reader');
    expect((await list(second)).flatMap(({ others }) => others)).toEqual([]);
    expect((await fetch(`${second.url}api/review/cases/sub-03/corrected/anna`)).status).toBe(404);
    const after = await say(second, 'sub-03', 'accepted');
    expect(after.others).toMatchObject([{ rater: 'anna', verdict: 'corrected', note: 'edge' }]);
    expect(after.verdictsDiffer).toBe(true);
    expect(after.leastDice).toBeLessThan(1);
    expect((await fetch(`${second.url}api/review/cases/sub-03/corrected/anna`)).status).toBe(200);
    await say(second, 'sub-01', 'accepted');
    await say(second, 'sub-04', null, 'ask\u00a0again');
    expect(await second.stop()).toBe(0);
    const page = text('group.html');
    expect(page).toContain('Bland–Altman plot of the volumes of anna and B. Reader');
    expect(page).toContain('1 of 2');
    expect(
      text('review.tsv')
        .split('\n')
        .filter((line) => line.includes('B. Reader')),
    ).toHaveLength(3);
    expect(page).toContain('3 of 4 reviewed');
    expect((await bidsVerdict(out)).errors).toEqual([]);
  });

  it('refuses masks on another grid and ones that correct nothing, and changes nothing then', async () => {
    const at = await start('--rater', 'anna');
    const before = text('review.tsv');
    const refused = async (mask: Uint8Array) => {
      const answer = await send(at, 'sub-04', mask);
      return Problem.parse(await answer.json()).code;
    };
    const { affine } = await readNiftiMask(readFileSync(file('sub-04', 'lesion_mask.nii.gz')));
    const small = writeNiftiMask({ shape: [4, 4, 4], affine, data: new Uint8Array(64).fill(1) });
    expect(await refused(small)).toBe('MASK_GRID_DIFFERS');
    expect(await refused(readFileSync(file('sub-04', 'lesion_mask.nii.gz')))).toBe('REVISION_UNFIT');
    expect(await refused(new Uint8Array(100))).toMatch(/^IMAGE_/);
    const noMask = await post(at, 'sub-04', JSON.stringify({ verdict: 'corrected' }), {
      'Content-Type': 'application/json',
    });
    expect(noMask.status).toBe(422);
    expect(text('review.tsv')).toBe(before);
  });

  it('answers nobody without its key, no stranger’s page, and no path that is none of its own', async () => {
    const at = await start();
    const { origin, port, pathname } = new URL(at.url);
    expect(pathname).toMatch(/^\/[0-9a-f]{32}\/$/);
    for (const path of ['/', '/api/review', '/config.json', `/${'0'.repeat(32)}/api/review`])
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
    const status = (headers: Record<string, string>, method = 'GET') =>
      new Promise<number | undefined>((resolve) => {
        const path = `${pathname}api/review${method === 'POST' ? '/cases/sub-01' : ''}`;
        request({ port, host: '127.0.0.1', path, method, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).end(method === 'POST' ? '{"verdict":"rejected"}' : undefined);
      });
    expect(await status({})).toBe(200);
    expect(await status({ Host: 'atoll.example.org' })).toBe(404);
    const json = { 'Content-Type': 'application/json' };
    expect(await status({ ...json, Origin: 'https://example.org' }, 'POST')).toBe(404);
    for (const path of [
      'cases/sub-99',
      'cases/..%2F..%2Fsub-01',
      'cases/sub-01/files/..%2Fdwi.nii.gz',
      'cases/sub-01/files/report.json',
      'cases/sub-01/corrected/..%2F..%2Flesion',
    ])
      expect([400, 404]).toContain((await fetch(`${at.url}api/review/${path}`)).status);
    expect((await fetch(`${at.url}..%2f..%2fpackage.json`)).status).toBe(404);
  });

  it('counts a case as not reviewed again once its mask has changed', async () => {
    const path = file('sub-01', 'lesion_report.json');
    const report = JSON.parse(readFileSync(path, 'utf8'));
    report.provenance.outputSha256 = '0'.repeat(64);
    writeFileSync(path, JSON.stringify(report));
    const at = await start('--rater', 'anna');
    expect(at.words).toContain('2 of 4 cases reviewed by anna');
  });

  it('says what is wrong with its usage', async () => {
    const clash = await runAtoll(['review', '--bids', bids, '--rater', 'ANNA', '--no-open']);
    expect([clash.code, clash.stderr]).toEqual([
      2,
      expect.stringContaining('the same names as those of anna'),
    ]);
    const none = await runAtoll(['review', '--bids', bids, '--derivative', folder, '--no-open']);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('atoll segment --bids')]);
    const nameless = await runAtoll(['review', '--bids', bids, '--rater', ' ', '--no-open']);
    expect(nameless.code).toBe(2);
  });
});
