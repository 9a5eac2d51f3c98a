import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { receiveRevision } from './revision-form.ts';

const mask = new Uint8Array(300).map((_, at) => at % 251);

async function soundForm() {
  const form = new FormData();
  form.append('author', 'Ann');
  form.append('verdict', 'corrected');
  form.append('mask', new Blob([mask]), 'mask.nii.gz');
  const request = new Request('http://atoll.invalid', { method: 'POST', body: form });
  return {
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
    body: Buffer.from(await request.arrayBuffer()),
  };
}

it('a whole form gives its fields and its mask', async () => {
  const { headers, body } = await soundForm();
  const form = await receiveRevision(headers, Readable.from([body]));
  expect(form.fields).toEqual({ author: 'Ann', verdict: 'corrected' });
  expect(form.mask).toEqual(mask);
});

it('a form that is cut off, wherever that is, is refused, and nothing is thrown past whoever asked', async () => {
  const { headers, body } = await soundForm();
  // The last bytes are the end of the last boundary's line.
  for (let length = 0; length < body.length - 4; length += 7) {
    const cut = receiveRevision(headers, Readable.from([body.subarray(0, length)]));
    await expect(cut, `cut after ${length} bytes`).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
  }
});
