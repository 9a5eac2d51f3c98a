import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorCode } from '../test/error-code.ts';
import { storedNifti } from '../test/stored-nifti.ts';
import { gunzip, inflateByStream } from './gzip.ts';
import { readNifti } from './nifti-read.ts';
import { NiftiSeries } from './nifti-series.ts';

const values = Array.from({ length: 24 * 5 }, (_, at) => at);
const file = storedNifti({ dim: [2, 3, 4, 5], values, slope: 2, intercept: 1, extension: 32 });
const packed = new Uint8Array(gzipSync(file));

describe('an image of many volumes', () => {
  it.each([
    ['as it is', file],
    ['packed', packed],
    ['in several members', Buffer.concat([gzipSync(file.subarray(0, 400)), gzipSync(file.subarray(400))])],
  ])('gives each volume as it is in the whole image, in any order: %s', async (_how, bytes) => {
    const series = new NiftiSeries(bytes);
    const wanted = [0, 1, 4, 2, 2, 3];
    const got = await Promise.all(wanted.map((index) => series.volume(index)));
    for (const [i, index] of wanted.entries()) {
      expect(got[i].data).toEqual((await readNifti(file, { volumeIndex: index })).data);
    }
    await series.checkWhole();
    expect((await series.volume(0)).data[1]).toBe(3);
    expect(await errorCode(() => series.volume(5))).toBe('IMAGE_NOT_3D');
  });

  it.each([
    ['cut off', file.subarray(0, file.length - 1), 'IMAGE_TRUNCATED'],
    ['cut off in its packing', packed.subarray(0, packed.length - 12), 'IMAGE_TRUNCATED'],
    ['damaged at its end', Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)]), 'IMAGE_CORRUPT'],
    ['with far more behind it', Buffer.concat([file, Buffer.alloc(2e6)]), 'IMAGE_TOO_LARGE'],
  ])('is not whole when it is %s', async (_how, bytes, code) => {
    expect(await errorCode(() => new NiftiSeries(bytes).checkWhole())).toBe(code);
  });

  it('of 200 MB is looked through in a process that has little more than one volume’s memory', () => {
    const code = `
      import { createGzip, gzipSync } from 'node:zlib';
      import { NiftiSeries } from ${JSON.stringify(new URL('./nifti-series.ts', import.meta.url).href)};
      import { storedNifti } from ${JSON.stringify(new URL('../test/stored-nifti.ts', import.meta.url).href)};
      const head = storedNifti({ dim: [64, 64, 64, 190], type: 'float32' });
      const gzip = createGzip({ level: 1 });
      const pieces = [];
      gzip.on('data', (piece) => pieces.push(piece));
      gzip.write(head);
      const zeros = Buffer.alloc(2 ** 20);
      for (let volume = 0; volume < 190; volume++) {
        if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve));
      }
      gzip.end();
      await new Promise((resolve) => gzip.once('end', resolve));
      const before = process.resourceUsage().maxRSS;
      const series = new NiftiSeries(Buffer.concat(pieces));
      for (let volume = 0; volume < 64; volume++) await series.volume(volume);
      await series.checkWhole();
      process.stdout.write(String((process.resourceUsage().maxRSS - before) / 1024));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeLessThan(120);
  });
});

describe('bytes behind a packed file', () => {
  it.each([
    ['none', Buffer.alloc(0), 'complete'],
    ['zeros', Buffer.alloc(600), 'complete'],
    ['text', Buffer.from('padding'), 'complete'],
    ['half a mark', Buffer.from([0x1f, 0x20]), 'complete'],
    ['another member', gzipSync(Buffer.from('more')), 'complete'],
    ['a broken member', Buffer.from([0x1f, 0x8b, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]), 'IMAGE_CORRUPT'],
  ])('have one answer from every reader: %s', async (_what, behind, answer) => {
    const whole = Buffer.concat([packed, behind]);
    const limit = 1e6;
    const byStream = (await inflateByStream(whole, limit)).end;
    expect(byStream === 'corrupt' ? 'IMAGE_CORRUPT' : byStream).toBe(answer);
    expect(await errorCode(() => gunzip(whole, limit))).toBe(answer === 'complete' ? 'none' : answer);
    expect(await errorCode(() => new NiftiSeries(whole).checkWhole())).toBe(
      answer === 'complete' ? 'none' : answer,
    );
  });
});
