import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { storeInstances } from './store.ts';

let server: Server | null = null;
afterEach(() => server?.close());

/** An archive that answers as it is told; a real one is asked in orthanc.test.ts. */
async function archive(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/dicom-web/`;
}

const file = (size: number) => new Uint8Array(size);
const failedItem = (reason: number) => ({ '00081197': { vr: 'US', Value: [reason] } });

describe('storing by DICOMweb', () => {
  it('sends many files in several requests, and counts what is stored', async () => {
    const sizes: number[] = [];
    const root = await archive(async (request, response) => {
      let size = 0;
      for await (const chunk of request) size += chunk.length;
      sizes.push(size);
      expect(request.url).toBe('/dicom-web/studies');
      response.setHeader('Content-Type', 'application/dicom+json').end('{}');
    });
    const counts: number[] = [];
    const files = [20, 10, 10, 40, 1].map((megabytes) => file(megabytes * 2 ** 20));
    await storeInstances(root, files, { onProgress: (stored) => counts.push(stored) });
    expect(counts).toEqual([2, 3, 4, 5]);
    expect(sizes.map((size) => Math.round(size / 2 ** 20))).toEqual([30, 10, 40, 1]);
  });

  it('tells how many files were not taken and why, also where others were', async () => {
    const root = await archive((request, response) => {
      request.resume();
      const failed = { vr: 'SQ', Value: [failedItem(0x0122), failedItem(0xa700), failedItem(0x0122)] };
      response.writeHead(202).end(JSON.stringify({ '00081198': failed }));
    });
    await expect(storeInstances(root, [file(10), file(10), file(10), file(10)])).rejects.toMatchObject({
      code: 'DICOMWEB_REFUSED',
      message:
        'The DICOMweb archive did not accept 3 of 4 files (it does not store this kind of object, it is out of storage space).',
    });
  });

  it('follows no redirection, for a store would become a question', async () => {
    const asked: (string | undefined)[] = [];
    const root = await archive((request, response) => {
      asked.push(request.method);
      request.resume();
      response.writeHead(302, { Location: '/dicom-web/studies' }).end();
    });
    await expect(storeInstances(root, [file(10)])).rejects.toMatchObject({
      code: 'DICOMWEB_REFUSED',
      message: 'The DICOMweb archive redirects to another address, which is not followed.',
    });
    expect(asked).toEqual(['POST']);
  });

  it('gives up on an archive that does not answer, and at once when it is told to stop', async () => {
    const root = await archive((request) => request.resume());
    await expect(storeInstances(root, [file(10)], { timeLimitMs: 50 })).rejects.toMatchObject({
      code: 'DICOMWEB_UNREACHABLE',
      message: 'The DICOMweb archive did not respond in time.',
    });
    const stop = new AbortController();
    const stopped = storeInstances(root, [file(10)], { signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    server?.closeAllConnections();
  });

  it.each(['pacs.example.org', 'ftp://pacs.example.org', 'https://anna:secret@pacs.example.org/dicom-web'])(
    'wants the address of an archive, not %s',
    async (root) => {
      const refused = storeInstances(root, [file(10)]);
      await expect(refused).rejects.toMatchObject({ code: 'DICOMWEB_ADDRESS_INVALID' });
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
    },
  );
});
