import { readdirSync, statSync, utimesSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { CaseAdded } from '@atoll/contract/cases';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNifti } from '@atoll/volume/nifti-write';
import { Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { adcFile, dwiFile, named, startUploadServer, type UploadServer } from '../../test/upload-parts.ts';

const viewer = 'https://viewer.example.org';
let at: UploadServer;

beforeAll(async () => {
  at = await startUploadServer({ ATOLL_ORIGINS: viewer, ATOLL_UPLOAD_MAX_MB: '8' });
});
afterEach(() => at.clear());
afterAll(() => at.close());

/** Uploads bytes with the client that browsers use as well. @returns the upload's id. */
function upload(bytes: Uint8Array, options: Partial<UploadOptions> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = new Upload(Buffer.from(bytes), {
      endpoint: `${at.url}/api/uploads`,
      retryDelays: [10, 10, 10, 10],
      metadata: { filename: 'Doe^Jane.nii' },
      onSuccess: () => resolve(sending.url?.split('/').at(-1) ?? ''),
      onError: reject,
      ...options,
    });
    sending.start();
  });
}

async function makeCase(files: readonly object[], url = at.url): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(`${url}/api/cases`, { method: 'POST', headers, body: JSON.stringify({ files }) });
}

const code = async (answer: Response) => [answer.status, (await answer.json()).code];
const tus = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(`${at.url}/api/uploads${path}`, {
    method,
    headers: { 'Tus-Resumable': '1.0.0', ...headers },
    ...(body === undefined ? {} : { body }),
  });

/** A large image that does not pack, so that its way takes a while. */
const large = writeNifti(
  {
    shape: [128, 128, 32],
    affine: [
      [-1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 2, 0],
    ],
    data: new Float32Array(128 * 128 * 32).map(() => Math.random()),
  },
  'float32',
);

describe('a file that is uploaded in pieces', () => {
  it('becomes a case, and is then gone as an upload', async () => {
    const dwi = await upload(named(dwiFile), { chunkSize: 500 });
    const adc = await upload(adcFile);
    expect(at.left().join()).not.toMatch(/Doe/);
    const answer = await makeCase([
      { upload: dwi, role: 'dwi' },
      { upload: adc, role: 'adc' },
    ]);
    expect(answer.status).toBe(201);
    const { caseId, imageUrls } = CaseAdded.parse(await answer.json());
    const kept = new Uint8Array(await (await fetch(imageUrls.dwi ?? '')).arrayBuffer());
    expect((await readNifti(kept)).data).toEqual((await readNifti(dwiFile)).data);
    expect(at.left().every((name) => name.includes(caseId))).toBe(true);
    expect(await code(await makeCase([{ upload: dwi, role: 'dwi' }]))).toEqual([404, 'UPLOAD_UNKNOWN']);
  });

  it('stays when no case can be made of it yet, and can be removed', async () => {
    const id = await upload(dwiFile);
    expect(await code(await makeCase([{ upload: id, role: 'dwi' }]))).toEqual([422, 'CASE_IMAGES_MISSING']);
    expect(await code(await makeCase([{ upload: id }, { upload: 'f'.repeat(32) }]))).toEqual([
      404,
      'UPLOAD_UNKNOWN',
    ]);
    const adc = await upload(adcFile);
    const twice = [
      { upload: id, role: 'dwi' },
      { upload: adc, role: 'dwi' },
    ];
    expect(await code(await makeCase(twice))).toEqual([422, 'REQUEST_INVALID']);
    for (const each of [id, adc])
      expect((await tus('HEAD', `/${each}`)).headers.get('upload-offset')).not.toBe('0');
    for (const each of [id, adc]) expect((await tus('DELETE', `/${each}`)).status).toBe(204);
    expect(at.left()).toEqual([]);
    expect((await tus('HEAD', `/${id}`)).status).toBe(404);
  });

  it('goes on where it was when the connection broke', async () => {
    const proxy = await startBreakingProxy(at, 300_000);
    let sent = 0;
    const id = await upload(large, {
      endpoint: `${proxy.url}/api/uploads`,
      onProgress: (bytes) => {
        sent = bytes;
      },
    });
    expect(proxy.broken).toBe(1);
    // Asked for first at the beginning, and then at what had arrived.
    expect(proxy.offsets).toEqual([0, expect.any(Number)]);
    expect(proxy.offsets[1]).toBeGreaterThan(0);
    expect(sent).toBe(large.length);
    const head = await tus('HEAD', `/${id}`);
    expect(head.headers.get('upload-offset')).toBe(String(large.length));
    expect((await tus('DELETE', `/${id}`)).status).toBe(204);
    proxy.server.close();
  });

  it('goes on after the server was started anew', async () => {
    const before = await startUploadServer();
    const half = large.length >> 1;
    const begun = await fetch(`${before.url}/api/uploads`, {
      method: 'POST',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(large.length) },
    });
    const id = begun.headers.get('location')?.split('/').at(-1) ?? '';
    const piece = await fetch(`${before.url}/api/uploads/${id}`, {
      method: 'PATCH',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(large.subarray(0, half)),
    });
    expect([piece.status, piece.headers.get('upload-offset')]).toEqual([204, String(half)]);
    await before.stop();
    const after = await startUploadServer({}, { dataDir: before.dataDir });
    const offsets: number[] = [];
    await upload(large, {
      endpoint: `${after.url}/api/uploads`,
      uploadUrl: `${after.url}/api/uploads/${id}`,
      onProgress: (bytes) => offsets.push(bytes),
    });
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(half);
    const wanted = [
      { upload: id, role: 'dwi' },
      { upload: await upload(large, { endpoint: `${after.url}/api/uploads` }), role: 'adc' },
    ];
    const answer = await makeCase(wanted, after.url);
    const { imageUrls } = CaseAdded.parse(await answer.json());
    const kept = new Uint8Array(await (await fetch(imageUrls.dwi ?? '')).arrayBuffer());
    expect((await readNifti(kept)).data).toEqual((await readNifti(large)).data);
    await after.close();
  });

  it('is removed when nobody makes a case of it within a day', async () => {
    const id = await upload(dwiFile);
    const folder = join(at.dataDir, 'uploads/resumable');
    const old = new Date(Date.now() - 25 * 3600_000);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old);
    await at.desk?.resumable.sweep();
    expect(at.left()).toEqual([]);
    expect(await code(await makeCase([{ upload: id, role: 'dwi' }]))).toEqual([404, 'UPLOAD_UNKNOWN']);
  });
});

describe('an upload', () => {
  it('that is larger than may be is refused before it comes', async () => {
    expect(await code(await tus('POST', '', { 'Upload-Length': String(9 * 2 ** 20) }))).toEqual([
      413,
      'UPLOAD_TOO_LARGE',
    ]);
    expect(await code(await tus('POST', '', { 'Upload-Length': 'much' }))).toEqual([422, 'REQUEST_INVALID']);
    expect(await code(await tus('POST', '', { 'Upload-Defer-Length': '1' }))).toEqual([
      422,
      'REQUEST_INVALID',
    ]);
    expect(at.left()).toEqual([]);
  });

  it('takes its pieces in order, no more than announced, and no case before its end', async () => {
    const begun = await tus('POST', '', { 'Upload-Length': '10' });
    expect(begun.headers.get('location')).toMatch(new RegExp(`^${at.url}/api/uploads/[0-9a-f]{32}$`));
    const id = begun.headers.get('location')?.split('/').at(-1) ?? '';
    const type = { 'Content-Type': 'application/offset+octet-stream' };
    const piece = (offset: string, body: string, headers = type) =>
      tus('PATCH', `/${id}`, { 'Upload-Offset': offset, ...headers }, body);
    expect(await code(await piece('5', 'abc'))).toEqual([409, 'UPLOAD_CONFLICT']);
    expect((await piece('0', 'abc')).headers.get('upload-offset')).toBe('3');
    expect(await code(await piece('3', 'x'.repeat(100)))).toEqual([413, 'UPLOAD_TOO_LARGE']);
    expect(await code(await piece('3', 'abc', { 'Content-Type': 'text/html' }))).toEqual([
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ]);
    expect(await code(await makeCase([{ upload: id, role: 'dwi' }]))).toEqual([409, 'UPLOAD_INCOMPLETE']);
    for (const wrong of ['f'.repeat(32), '..%2f..%2fdb', `${id}.json`, id.toUpperCase()]) {
      expect((await tus('HEAD', `/${wrong}`)).status).toBe(404);
      expect((await tus('DELETE', `/${wrong}`)).status).toBe(404);
    }
    expect((await tus('DELETE', `/${id}`)).status).toBe(204);
  });

  it('from a page is for pages of the list alone, and no wildcard opens it', async () => {
    const preflight = (origin: string) =>
      fetch(`${at.url}/api/uploads/${'0'.repeat(32)}`, {
        method: 'OPTIONS',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'PATCH',
          'Access-Control-Request-Headers': 'tus-resumable,upload-offset,content-type',
        },
      });
    const { headers } = await preflight(viewer);
    expect(headers.get('access-control-allow-origin')).toBe(viewer);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toContain('Upload-Offset');
    const begun = await tus('POST', '', { Origin: viewer, 'Upload-Length': '10' });
    expect(begun.status).toBe(201);
    expect(begun.headers.get('access-control-allow-origin')).toBe(viewer);
    expect(begun.headers.get('access-control-expose-headers')).toContain('Location');
    const path = `/${begun.headers.get('location')?.split('/').at(-1)}`;
    for (const origin of ['https://evil.example', `${viewer}.evil.example`]) {
      const answers = [
        await preflight(origin),
        await tus('POST', '', { Origin: origin, 'Upload-Length': '10' }),
        await tus('DELETE', path, { Origin: origin }),
      ];
      for (const answer of answers) {
        expect(await code(answer)).toEqual([403, 'ORIGIN_REFUSED']);
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
      const read = await tus('HEAD', path, { Origin: origin });
      expect(read.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await tus('DELETE', path)).status).toBe(204);
  });
});

/** A way to the server that breaks once, after so many bytes. */
async function startBreakingProxy(
  { url, dataDir }: { readonly url: string; readonly dataDir: string },
  breakAfterBytes: number,
) {
  const { port, hostname } = new URL(url);
  const folder = join(dataDir, 'uploads/resumable');
  const hasArrived = () =>
    readdirSync(folder).some((name) => !name.includes('.') && statSync(join(folder, name)).size > 0);
  const state = { broken: 0 };
  const offsets: number[] = [];
  const server: Server = createServer((client: Socket) => {
    const upstream = connect(Number(port), hostname);
    let passed = 0;
    const drop = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('error', drop);
    upstream.on('error', drop);
    client.on('data', (chunk) => {
      passed += chunk.length;
      const [, offset] = /^upload-offset: (\d+)/im.exec(String(chunk)) ?? [];
      if (offset !== undefined) offsets.push(Number(offset));
      upstream.write(chunk);
      if (state.broken === 0 && passed > breakAfterBytes) {
        state.broken++;
        client.pause();
        // Before a piece is on the disk, there is nothing to go on from.
        const clock = setInterval(() => {
          if (!hasArrived()) return;
          clearInterval(clock);
          drop();
        }, 10);
      }
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    server,
    offsets,
    get broken() {
      return state.broken;
    },
  };
}
