import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

const names = [
  'ort.wasm.bundle.min.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.webgpu.bundle.min.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
];
let dataDir = '';
let server: Awaited<ReturnType<typeof buildServer>>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'atoll-model-runtime-'));
  server = await buildServer(memoryParts({ ATOLL_DATA_DIR: dataDir }));
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});

const get = (url: string, encoding = 'identity') =>
  server.inject({ url, headers: { 'accept-encoding': encoding } });

describe('ONNX Runtime of a server', () => {
  it('is announced to the page, and given to it packed or not, only once it is installed', async () => {
    expect((await get('/config.json')).json()).not.toHaveProperty('models');
    expect((await get(`/model-runtime/${names[0]}`)).statusCode).toBe(404);
    const folder = join(dataDir, 'onnxruntime/1.30.0');
    mkdirSync(folder, { recursive: true });
    for (const name of [...names, 'ort.node.min.mjs']) {
      writeFileSync(join(folder, name), name);
      writeFileSync(join(folder, `${name}.gz`), gzipSync(name));
    }
    expect((await get('/config.json')).json()).toMatchObject({ models: true });
    const plain = await get(`/model-runtime/${names[1]}`);
    expect([plain.statusCode, plain.headers['content-type'], plain.body]).toEqual([
      200,
      'application/wasm',
      names[1],
    ]);
    const packed = await get(`/model-runtime/${names[0]}`, 'gzip, br');
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(packed.rawPayload).toEqual(gzipSync(names[0]));
  });

  it.each(['ort.node.min.mjs', '..%2F1.30.0%2Fort.wasm.bundle.min.mjs', 'ort.wasm.bundle.min.mjs.gz'])(
    'gives out no other file: %s',
    async (name) => {
      expect((await get(`/model-runtime/${name}`)).statusCode).toBe(404);
    },
  );
});
