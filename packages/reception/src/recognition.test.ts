import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writeNifti } from '@atoll/volume/nifti-write';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const volumeBytes = 4 * 64 * 64 * 40;
const volumes = 600;
let folder: string;
let path: string;

/** 390 MB of nothing in some hundred kilobytes: a float image of many volumes. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-recognition-'));
  path = join(folder, 'received-0');
  const affine = [[3, 0, 0, 0] as const, [0, 3, 0, 0] as const, [0, 0, 4, 0] as const] as const;
  const one = writeNifti({ shape: [64, 64, 40], affine, data: new Float32Array(volumeBytes / 4) }, 'float32');
  const header = Buffer.from(one.subarray(0, 352));
  header.writeInt16LE(4, 40);
  header.writeInt16LE(volumes, 48);
  async function* pieces() {
    yield header;
    for (let volume = 0; volume < volumes; volume++) yield Buffer.alloc(volumeBytes);
  }
  await pipeline(pieces, createGzip({ level: 1 }), createWriteStream(path));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('recognising what was uploaded', () => {
  it('takes no more memory than an ordinary case does, however much a small file unpacks to', () => {
    const file = { path, sizeBytes: statSync(path).size, role: null, name: 'dwi.nii.gz' };
    const code = `
      import { recognise } from ${JSON.stringify(new URL('./recognition.ts', import.meta.url).href)};
      const outcome = await recognise({ files: [${JSON.stringify(file)}] }, ${JSON.stringify(folder)}, { maxFiles: 10 })
        .then(() => 'a case', (thrown) => thrown.code);
      process.stdout.write(JSON.stringify([outcome, process.resourceUsage().maxRSS / 1024]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const [outcome, peakMb] = JSON.parse(stdout);
    expect(file.sizeBytes).toBeLessThan(4e6);
    expect(outcome).toBe('INTAKE_NO_CASE');
    expect(peakMb).toBeLessThan(300);
  });
});
