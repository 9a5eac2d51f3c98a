import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HubRow, type Layout, serveDataset, writeShard } from '../../test/hub-dataset.ts';
import { RangeServer } from '../../test/range-server.ts';
import { HubSource } from './source.ts';

const dataset = 'hugging-science/isles24-stroke';
const revision = '9707a7fca6d3dd1a690de010ec4aed06bdcd0417';
const patience = { tries: 3, firstPauseMs: 1, silenceMs: 2_000 };
const plain: Layout = { codec: 'UNCOMPRESSED', rowGroupSize: 1, pageSize: 1 << 20 };

let hub: RangeServer;
let files: RangeServer;
let scratch = '';
let cacheDir = '';

beforeEach(async () => {
  hub = await new RangeServer().start();
  files = await new RangeServer().start();
  // Below a hidden folder, as the usual data folder is.
  scratch = mkdtempSync(join(tmpdir(), 'atoll-hub-'));
  cacheDir = join(scratch, '.local/hub');
});

afterEach(async () => {
  await Promise.all([hub.stop(), files.stop()]);
  rmSync(scratch, { recursive: true, force: true });
});

/** A row with images that do not compress, as those of ISLES’24. */
function row(number: number, megabytes = 0.2): HubRow {
  const bytes = (share: number) => randomBytes(Math.round(share * megabytes * 1e6));
  const id = `sub-stroke000${number}`;
  return { id, dwi: bytes(1), adc: bytes(1), mask: bytes(0.1), ct: bytes(6) };
}

function open(options: { cacheBytes?: number; token?: string; listWaitMs?: number } = {}): HubSource {
  const { cacheBytes = 1e9, token = null, listWaitMs = 5_000 } = options;
  return new HubSource({
    dataset,
    revision,
    token,
    endpoint: hub.url,
    cacheDir,
    cacheBytes,
    listWaitMs,
    patience,
  });
}

const serve = (shards: readonly Uint8Array[]) => serveDataset(hub, files, { dataset, revision }, shards);
const sent = () => hub.sentBytes + files.sentBytes;
const forget = () => {
  hub.forget();
  files.forget();
};

describe('the list of a data set of the hub', () => {
  it('needs no image data, names the licence, and is read once for each revision', async () => {
    serve([1, 2, 3].map((number) => writeShard([row(number)], plain)));
    const cases = await open().list();
    expect(cases.map(({ id }) => id)).toEqual(['sub-stroke0001', 'sub-stroke0002', 'sub-stroke0003']);
    expect(cases[0]).toMatchObject({
      title: 'sub-stroke0001',
      description: 'ISLES’24, from the Hugging Face Hub.',
      licence: 'CC BY-NC-SA 4.0',
      images: ['dwi', 'adc', 'reference'],
    });
    // Footers are short here: the last 32 kB of each file are what it takes.
    expect(sent()).toBeLessThan(3 * 35_000);
    forget();
    expect((await open().list()).map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
    expect(hub.seen).toEqual([]);
  });

  it('shows what is known while it is read, and goes on where a break stopped it', async () => {
    serve([1, 2].map((number) => writeShard([row(number)], plain)));
    const second = files.files.get('/blobs/1');
    files.files.set('/blobs/1', new Uint8Array(10));
    const source = open();
    await source.list();
    expect(source.remarks()[0]).toContain('incomplete');
    if (second !== undefined) files.files.set('/blobs/1', second);
    forget();
    const later = open();
    expect((await later.list()).map(({ id }) => id)).toEqual(['sub-stroke0001', 'sub-stroke0002']);
    expect(later.remarks()).toEqual([]);
    // Neither the list of files nor the first of them was asked for again.
    expect(new Set(hub.seen.map(({ path }) => path.split('/').at(-1)))).toEqual(
      new Set(['train-00001-of-00002.parquet']),
    );
  });

  it('says that the hub cannot be reached, or refuses, when nothing is known', async () => {
    hub.faults.push({ status: 401 });
    await expect(open().list()).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
    hub.faults.push({ status: 500 }, { status: 500 }, { status: 500 });
    await expect(open().list()).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  it('leaves out rows without a DWI, and does not promise a mask that is not there', async () => {
    serve([writeShard([{ ...row(1), mask: null }], plain), writeShard([{ ...row(2), dwi: null }], plain)]);
    const source = open();
    expect(await source.list()).toMatchObject([{ id: 'sub-stroke0001', images: ['dwi', 'adc'] }]);
    expect(source.remarks()[0]).toContain('1 rows');
    expect((await source.open('sub-stroke0001')).reference).toBeUndefined();
  });
});

describe('a case of the hub', () => {
  it.each<[string, Layout, number]>([
    ['one row a file, uncompressed', plain, 1],
    ['one row a file, snappy', { ...plain, codec: 'SNAPPY' }, 1],
    ['a row group each', plain, 3],
    ['many rows in one group, a page each', { ...plain, rowGroupSize: 100, pageSize: 1000 }, 3],
    [
      'many rows in one group, a page each, snappy',
      { codec: 'SNAPPY', rowGroupSize: 100, pageSize: 1000 },
      3,
    ],
  ])('moves little more than its own images: %s', async (_, layout, rows) => {
    const data = Array.from({ length: rows }, (_, at) => row(at + 1, 1.5));
    serve([writeShard(data, layout)]);
    const source = open();
    await source.list();
    forget();
    const wanted = data[rows - 1];
    const opened = await source.open(wanted.id);
    expect(Buffer.compare(opened.dwi, wanted.dwi ?? Buffer.of())).toBe(0);
    expect(Buffer.compare(opened.adc, wanted.adc ?? Buffer.of())).toBe(0);
    expect(Buffer.compare(opened.reference ?? Buffer.of(), wanted.mask ?? Buffer.of())).toBe(0);
    expect(opened.flair).toBeUndefined();
    const cells = [wanted.dwi, wanted.adc, wanted.mask].reduce((sum, each) => sum + (each?.length ?? 0), 0);
    expect(sent()).toBeLessThanOrEqual(1.05 * cells + 1e6);
    // The bound would say nothing of a file that is hardly larger.
    expect(sent()).toBeLessThan(cells + 200_000);
  });

  it('goes on where a connection broke off, and moves nothing twice', async () => {
    const data = row(1, 2);
    serve([writeShard([data], plain)]);
    const source = open();
    await source.list();
    forget();
    // The footer comes well, and then a cell breaks off in its middle.
    files.faults.push({ cutAfterBytes: 40_000 }, { cutAfterBytes: 700_000 });
    const opened = await source.open(data.id);
    expect(Buffer.compare(opened.dwi, data.dwi ?? Buffer.of())).toBe(0);
    expect(files.faults).toEqual([]);
    expect(sent()).toBeLessThan(4_200_000 + 200_000);
  });

  it('is fetched once for all who want it, and later comes from the disk without any network', async () => {
    serve([writeShard([row(1)], plain)]);
    const source = open();
    await source.list();
    forget();
    const [first, second] = await Promise.all([source.open('sub-stroke0001'), source.open('sub-stroke0001')]);
    expect(second).toBe(first);
    const once = sent();
    expect(once).toBeLessThan(500_000);
    await Promise.all([hub.stop(), files.stop()]);
    const offline = new HubSource({
      dataset,
      revision,
      token: null,
      endpoint: 'http://127.0.0.1:9',
      cacheDir,
      cacheBytes: 1e9,
      patience,
    });
    expect((await offline.list()).map(({ id }) => id)).toEqual(['sub-stroke0001']);
    expect(Buffer.compare((await offline.open('sub-stroke0001')).dwi, first.dwi)).toBe(0);
    await Promise.all([hub.start(), files.start()]);
  });

  it('that is not on the disk says when there is no network', async () => {
    serve([writeShard([row(1)], plain)]);
    await open().list();
    files.faults.push({ status: 502 }, { status: 502 }, { status: 502 });
    await expect(open().open('sub-stroke0001')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  it('is fetched again when the copy on the disk is damaged', async () => {
    serve([writeShard([row(1)], plain)]);
    const source = open();
    const first = await source.open('sub-stroke0001');
    const folder = join(cacheDir, dataset.replace('/', '--'), revision, 'cases/sub-stroke0001');
    const file = join(folder, 'dwi.nifti');
    writeFileSync(file, readFileSync(file).fill(0, 100, 200));
    expect(Buffer.compare((await source.open('sub-stroke0001')).dwi, first.dwi)).toBe(0);
    expect(Buffer.compare(readFileSync(file), first.dwi)).toBe(0);
  });

  it('goes when others are used and the disk’s share is full', async () => {
    serve([1, 2, 3].map((number) => writeShard([row(number)], plain)));
    // Room for two of 420 kB.
    const source = open({ cacheBytes: 1e6 });
    const kept = () => readdirSync(join(cacheDir, dataset.replace('/', '--'), revision, 'cases')).sort();
    await source.open('sub-stroke0001');
    await source.open('sub-stroke0002');
    await source.open('sub-stroke0001');
    await source.open('sub-stroke0003');
    expect(kept()).toEqual(['sub-stroke0001', 'sub-stroke0003']);
    // None is kept where there is no room at all.
    await open({ cacheBytes: 0 }).open('sub-stroke0002');
    expect(kept()).toEqual(['sub-stroke0001', 'sub-stroke0003']);
  });

  it('stops coming when nobody waits for it any more, and leaves nothing behind', async () => {
    serve([writeShard([row(1)], plain)]);
    const source = open();
    await source.list();
    files.faults.push('silent');
    const leaving = new AbortController();
    const opening = source.open('sub-stroke0001', { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 30);
    await expect(opening).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    expect(existsSync(join(cacheDir, dataset.replace('/', '--'), revision, 'cases'))).toBe(false);
    expect((await source.open('sub-stroke0001')).dwi.length).toBe(200_000);
  });

  it('is unknown when the data set has none of its name, and no name leads out of the folder', async () => {
    serve([writeShard([row(1)], plain)]);
    for (const id of ['sub-stroke0099', '../../index.json', '.hidden', '']) {
      await expect(open().open(id)).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
    }
  });

  it('is asked for with the token, which goes to the hub alone', async () => {
    serve([writeShard([row(1)], plain)]);
    await open({ token: 'hf_secret' }).open('sub-stroke0001');
    expect(new Set(hub.seen.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer hf_secret']),
    );
    expect(new Set(files.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
  });

  it('of a file that is no Parquet file is an error in words', async () => {
    serve([writeShard([row(1)], plain)]);
    const source = open();
    await source.list();
    const good = files.files.get('/blobs/0');
    files.files.set('/blobs/0', new Uint8Array(good instanceof Uint8Array ? good.length : 0).fill(65));
    await expect(source.open('sub-stroke0001')).rejects.toMatchObject({ code: 'SOURCE_INVALID' });
  });
});
