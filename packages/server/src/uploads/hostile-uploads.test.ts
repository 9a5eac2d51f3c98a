import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { strToU8, type ZipOptions, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  adcFile,
  dwiFile,
  form,
  gzipped,
  startUploadServer,
  type UploadServer,
} from '../../test/upload-parts.ts';

const megabyte = 2 ** 20;
/** For what comes about in its own time, on a machine that has much to do. */
const patience = { timeout: 20_000 };
let at: UploadServer;

beforeAll(async () => {
  at = await startUploadServer({ ATOLL_UPLOAD_MAX_MB: '8', ATOLL_UPLOAD_MAX_FILES: '50' });
});
afterEach(() => at.clear());
afterAll(() => at.close());

/** Sends a form and looks that nothing of it stays. @returns status and code. */
async function refused(body: FormData | string, headers: Record<string, string> = {}): Promise<unknown[]> {
  const answer = await fetch(`${at.url}/api/cases`, { method: 'POST', body, headers });
  const { code } = await answer.json();
  expect(at.left()).toEqual([]);
  return [answer.status, code];
}

const withDwi = (dwi: Uint8Array) => refused(form({ dwi, adc: adcFile }));

/** The DWI with some bytes of its header changed. */
function headed(change: (header: DataView) => void): Uint8Array {
  const file = new Uint8Array(dwiFile);
  change(new DataView(file.buffer));
  return file;
}

describe('a file', () => {
  const packed = gzipped(dwiFile);
  const flipped = new Uint8Array(packed);
  flipped[packed.length >> 1] ^= 0xff;

  it.each<[string, Uint8Array, number, string]>([
    ['cut off', dwiFile.subarray(0, dwiFile.length - 10), 422, 'IMAGE_TRUNCATED'],
    ['cut off in its packing', packed.subarray(0, packed.length - 20), 422, 'IMAGE_TRUNCATED'],
    ['cut off in its header', dwiFile.subarray(0, 200), 415, 'UPLOAD_TYPE_UNSUPPORTED'],
    ['damaged', flipped, 422, 'IMAGE_CORRUPT'],
    ['empty', new Uint8Array(0), 415, 'UPLOAD_TYPE_UNSUPPORTED'],
    ['of another kind', strToU8('<!doctype html><script>alert(1)</script>'), 415, 'UPLOAD_TYPE_UNSUPPORTED'],
    ['packed, of another kind', gzipped(strToU8('hello')), 415, 'UPLOAD_TYPE_UNSUPPORTED'],
    ['of absurd size', headed((header) => header.setInt16(42, 32767, true)), 422, 'IMAGE_IMPLAUSIBLE_SIZE'],
    [
      'of voxels a billionth of a millimetre apart',
      headed((header) => header.setFloat32(280, -1e-9, true)),
      422,
      'IMAGE_IMPLAUSIBLE_SPACING',
    ],
    ['in metres', headed((header) => header.setUint8(123, 1)), 422, 'IMAGE_IMPLAUSIBLE_SPACING'],
    [
      'of absurd size in all directions',
      headed((header) => {
        for (const field of [42, 44, 46]) header.setInt16(field, 32767, true);
      }),
      413,
      'IMAGE_TOO_LARGE',
    ],
    ['of negative size', headed((header) => header.setInt16(42, -5, true)), 422, 'IMAGE_BAD_DIMENSIONS'],
    [
      'nowhere',
      headed((header) => {
        for (const field of [268, 280]) header.setFloat32(field, Number.NaN, true);
      }),
      422,
      'IMAGE_BAD_AFFINE',
    ],
    [
      'of voxels far behind its end',
      headed((header) => header.setFloat32(108, 1e12, true)),
      413,
      'IMAGE_TOO_LARGE',
    ],
    // 300 MB of nothing behind a small image, packed to 300 kB.
    [
      'that unpacks without end',
      gzipped(Buffer.concat([dwiFile, Buffer.alloc(300 * megabyte)])),
      413,
      'IMAGE_TOO_LARGE',
    ],
  ])('%s is refused, and nothing of it stays', async (_what, file, status, code) => {
    expect(await withDwi(file)).toEqual([status, code]);
  });

  it('may lie about its name and type: it is what it is', async () => {
    const data = new FormData();
    data.append('dwi', new Blob([new Uint8Array(dwiFile)], { type: 'text/html' }), '../../../etc/passwd');
    data.append('adc', new Blob([gzipped(adcFile)], { type: 'image/png' }), 'C:\\con.nii');
    const answer = await fetch(`${at.url}/api/cases`, { method: 'POST', body: data });
    expect(answer.status).toBe(201);
    const { caseId } = await answer.json();
    expect(at.left()).toEqual(
      ['adc.nii.gz', 'case.json', 'dwi.nii.gz'].map((name) => `uploads/cases/${caseId}/${name}`),
    );
  });
});

describe('a form', () => {
  const boundary = 'x'.repeat(20);
  const type = { 'Content-Type': `multipart/form-data; boundary=${boundary}` };
  const part = (disposition: string, body = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${body}\r\n`;
  const end = `--${boundary}--\r\n`;

  it.each<[string, string, Record<string, string>, number, string]>([
    ['without a boundary', 'hello', { 'Content-Type': 'multipart/form-data' }, 400, 'REQUEST_MALFORMED'],
    ['of no parts', end, type, 422, 'CASE_IMAGES_MISSING'],
    ['that is none', 'hello', type, 400, 'REQUEST_MALFORMED'],
    [
      'that does not end',
      part('name="dwi"; filename="a.nii"', 'abc').slice(0, -2),
      type,
      400,
      'REQUEST_MALFORMED',
    ],
    ['of an unknown field', part('name="password"', 'x') + end, type, 422, 'REQUEST_INVALID'],
    ['of an unknown file', part('name="x"; filename="x"', 'x') + end, type, 422, 'REQUEST_INVALID'],
    [
      'that would change prototypes',
      part('name="__proto__"; filename="x"', 'x') + end,
      type,
      422,
      'REQUEST_INVALID',
    ],
    ['with a field without a name', part('filename="x"', 'x') + end, type, 400, 'REQUEST_MALFORMED'],
    ['with a huge field name', part(`name="${'n'.repeat(7000)}"`, 'x') + end, type, 422, 'REQUEST_INVALID'],
    [
      'with huge part headers',
      part(`name="dwi"; x="${'n'.repeat(100_000)}"`, 'x') + end,
      type,
      422,
      'REQUEST_INVALID',
    ],
    ['with a huge title', part('name="title"', 't'.repeat(100_000)) + end, type, 422, 'REQUEST_INVALID'],
    [
      'with thousands of fields',
      part('name="title"', 'x').repeat(3000) + end,
      type,
      413,
      'UPLOAD_TOO_MANY_FILES',
    ],
    [
      'with thousands of files',
      part('name="files"; filename="x"', 'x').repeat(3000) + end,
      type,
      413,
      'UPLOAD_TOO_MANY_FILES',
    ],
    [
      'with one image twice',
      part('name="dwi"; filename="x"', 'x').repeat(2) + end,
      type,
      422,
      'REQUEST_INVALID',
    ],
    ['as plain text', 'hello', { 'Content-Type': 'text/plain' }, 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['as JSON that is none', '{', { 'Content-Type': 'application/json' }, 422, 'REQUEST_NOT_JSON'],
    [
      'as JSON of another form',
      '{"files":[]}',
      { 'Content-Type': 'application/json' },
      422,
      'REQUEST_INVALID',
    ],
  ])('%s is refused', async (_what, body, headers, status, code) => {
    expect(await refused(body, headers)).toEqual([status, code]);
  });

  it('without DWI or ADC is refused', async () => {
    expect(await refused(form({ dwi: dwiFile }))).toEqual([422, 'CASE_IMAGES_MISSING']);
    expect(await refused(form({ reference: dwiFile, adc: adcFile }))).toEqual([422, 'CASE_IMAGES_MISSING']);
  });
});

describe('a ZIP', () => {
  const good = { 'dwi.nii': dwiFile, 'adc.nii': adcFile };
  const symlink: ZipOptions = { os: 3, attrs: 0o120777 << 16 };

  it('of names that climb and of links writes nothing anywhere', async () => {
    const zip = zipSync({
      '../../../../tmp/atoll-slip.nii': dwiFile,
      '/etc/atoll-slip': adcFile,
      'link.nii': [strToU8('/etc/passwd'), symlink],
    });
    const [status] = await refused(form({ files: zip }));
    expect(status).toBe(422);
  });

  it('that unpacks without end, that is cut off, or that holds too many files is refused', async () => {
    const bomb = zipSync({ ...good, 'zeros.nii': new Uint8Array(80 * megabyte) }, { level: 1 });
    expect(bomb.length).toBeLessThan(8 * megabyte);
    const zip = zipSync(good);
    const many = zipSync(Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`${n}`, strToU8('x')])));
    for (const each of [bomb, zip.subarray(0, zip.length - 30), many]) {
      const [status] = await refused(form({ files: each }));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });
});

describe('too much', () => {
  it('that is announced is refused before it comes', async () => {
    const { port } = new URL(at.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /api/cases HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
        'Content-Length: 1000000000000\r\n\r\n',
    );
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 413 /);
    expect(String(chunk)).toContain('UPLOAD_TOO_LARGE');
    // And the connection is not kept for the rest.
    socket.resume();
    await once(socket, 'close');
  });

  it('that was not announced is refused on its way, with little memory', async () => {
    const before = process.memoryUsage().rss;
    let highest = 0;
    let sent = 0;
    const zeros = Buffer.alloc(megabyte);
    const { port } = new URL(at.url);
    const sending = httpRequest({
      port,
      method: 'POST',
      path: '/api/cases',
      headers: { 'Content-Type': 'multipart/form-data; boundary=b', 'Transfer-Encoding': 'chunked' },
    });
    const answered = once(sending, 'response');
    let response: unknown = null;
    answered.then(([first]) => {
      response = first;
    });
    sending.on('error', () => undefined);
    sending.write('--b\r\nContent-Disposition: form-data; name="dwi"; filename="dwi.nii"\r\n\r\n');
    while (sent < 300 && response === null) {
      if (!sending.write(zeros)) await Promise.race([once(sending, 'drain'), answered]);
      sent++;
      highest = Math.max(highest, process.memoryUsage().rss);
      await sleep(0);
    }
    const [answer] = await answered;
    sending.destroy();
    expect(answer.statusCode).toBe(413);
    expect(sent).toBeLessThan(100);
    expect(highest - before).toBeLessThan(150 * megabyte);
    await expect.poll(() => at.left(), patience).toEqual([]);
  });

  it('for the disk is refused before anything is taken', async () => {
    const full = await startUploadServer({ ATOLL_MIN_FREE_DISK_MB: '99999999' });
    const answer = await fetch(`${full.url}/api/cases`, {
      method: 'POST',
      body: form({ dwi: dwiFile, adc: adcFile }),
    });
    expect([answer.status, (await answer.json()).code]).toEqual([503, 'DISK_FULL']);
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '10' };
    const tus = await fetch(`${full.url}/api/uploads`, { method: 'POST', headers });
    expect([tus.status, (await tus.json()).code]).toEqual([503, 'DISK_FULL']);
    expect(full.left()).toEqual([]);
    await full.close();
  });
});

describe('a connection', () => {
  const begin =
    'POST /api/cases HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
    'Content-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name="dwi"; filename="d.nii"\r\n\r\n';

  it('that breaks half-way leaves nothing', async () => {
    const { port } = new URL(at.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(begin + 'x'.repeat(50_000));
    await expect.poll(() => at.left().length, patience).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => at.left(), patience).toEqual([]);
  });

  it('leaves places to other clients, finds none while all are taken, and then does', async () => {
    const shared = await startUploadServer({ ATOLL_TRUSTED_PROXIES: 'loopback' });
    const { port } = new URL(shared.url);
    const from = (client: number) => ({ 'X-Forwarded-For': `192.0.2.${client}` });
    const bring = async (client: number) => {
      const body = form({ dwi: dwiFile, adc: adcFile });
      const answer = await fetch(`${shared.url}/api/cases`, { method: 'POST', body, headers: from(client) });
      return {
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        ...(await answer.json()),
      };
    };
    const others: Socket[] = [];
    for (let client = 1; client <= 8; client++) {
      for (let place = 0; place < 4; place++) {
        const other = connect(Number(port), '127.0.0.1');
        other.write(
          begin.replace('\r\n\r\n', `\r\nX-Forwarded-For: 192.0.2.${client}\r\n\r\n`) + 'x'.repeat(9000),
        );
        others.push(other);
      }
      await expect.poll(() => shared.left().length, patience).toBe(4 * client);
      if (client > 1) continue;
      expect(await bring(1)).toMatchObject({ status: 429, code: 'TOO_MANY_UPLOADS' });
      const { caseId } = await bring(9);
      await shared.uploaded.remove(caseId);
    }
    expect(await bring(9)).toMatchObject({ status: 503, code: 'UPLOADS_BUSY', retryAfter: '15' });
    for (const other of others) other.destroy();
    await expect.poll(() => shared.left(), patience).toEqual([]);
    // A place is free when its connection's end has been heard, a moment after.
    await expect.poll(async () => (await bring(1)).status, patience).toBe(201);
    await shared.close();
  });

  it.each([
    ['/api/cases', begin],
    [
      '/api/segment',
      begin
        .replace('/api/cases', '/api/segment')
        .replace('multipart/form-data; boundary=b', 'application/json')
        .replace('100000', '1000'),
    ],
    [
      '/api/uploads',
      'POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 1000\r\n' +
        'Content-Type: application/offset+octet-stream\r\nContent-Length: 1000\r\n\r\nabc',
    ],
  ])('to %s on which bytes only drip is answered, and cut off', async (_route, head) => {
    const slow = await startUploadServer({}, { pace: { windowMs: 200, minBytes: 2000 } });
    const socket = connect(Number(new URL(slow.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.write(head);
    const dripping = setInterval(() => socket.write('x'), 50);
    await closed;
    clearInterval(dripping);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('REQUEST_TIMED_OUT');
    await expect.poll(() => slow.left().filter((name) => !name.includes('resumable')), patience).toEqual([]);
    await slow.close();
  });

  it('on which bytes come steadily is waited for', async () => {
    const slow = await startUploadServer({}, { pace: { windowMs: 1000, minBytes: 100 } });
    const body = Buffer.from(await new Response(form({ dwi: dwiFile, adc: adcFile })).arrayBuffer());
    const boundary = body.subarray(2, body.indexOf('\r\n')).toString();
    const sending = httpRequest(`${slow.url}/api/cases`, {
      method: 'POST',
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, 'Content-Length': body.length },
    });
    const answered = once(sending, 'response');
    const step = Math.ceil(body.length / 20);
    for (let sent = 0; sent < body.length; sent += step) {
      sending.write(body.subarray(sent, sent + step));
      await sleep(75);
    }
    sending.end();
    const [answer] = await answered;
    expect(answer.statusCode).toBe(201);
    answer.resume();
    await slow.close();
  });
});
