import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryParts } from '../../test/memory-parts.ts';
import { buildServer } from '../server.ts';

let folder = '';
let server: Awaited<ReturnType<typeof buildServer>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-atlas-route-'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  server = await buildServer(memoryParts({ ATOLL_ATLAS_DIR: folder }));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string) => server.inject({ url });

describe('the atlas of a server', () => {
  it('is announced to the page, and told as a stage of a run, only once it is there', async () => {
    const stages = async () =>
      (await get('/api/engines')).json().engines[0].stages.map(({ id }: { id: string }) => id);
    expect((await get('/config.json')).json()).toEqual({ api: null, allowedApis: [], atlas: false });
    expect(await stages()).not.toContain('locate');
    expect((await get(`/atlas/${pinnedAtlas.files[0].name}`)).statusCode).toBe(404);
    for (const { name, sizeBytes } of pinnedAtlas.files)
      writeFileSync(join(folder, name), new Uint8Array(sizeBytes));
    expect((await get('/config.json')).json()).toMatchObject({ atlas: true });
    expect((await stages()).slice(-2)).toEqual(['locate', 'report']);
    const { name, sizeBytes } = pinnedAtlas.files[0];
    const file = await get(`/atlas/${name}`);
    expect(file.statusCode).toBe(200);
    expect(file.headers['content-type']).toBe('application/gzip');
    expect(file.rawPayload).toHaveLength(sizeBytes);
  });

  it.each(['secret.txt', '..%2Fsecret.txt', 'LobeAtlas_MNI182.nii'])(
    'gives out no other file: %s',
    async (name) => {
      const { statusCode, body } = await get(`/atlas/${name}`);
      expect(statusCode).toBe(404);
      expect(body).not.toContain('"secret"');
    },
  );
});
