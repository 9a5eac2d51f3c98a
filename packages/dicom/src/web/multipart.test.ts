import { AtollError } from '@atoll/errors/error';
import { describe, expect, it } from 'vitest';
import { dicomBoundary, readParts } from './multipart.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
const bytesOf = (given: string) => Uint8Array.from(given, (letter) => letter.charCodeAt(0));

async function read(body: string, size = 7, boundary = 'b') {
  const parts: { type: string | undefined; body: string }[] = [];
  for await (const { headers, body: stream } of readParts(pieces(bytesOf(body), size), boundary)) {
    let read = '';
    for await (const piece of stream) read += text(piece);
    parts.push({ type: headers.get('content-type'), body: read });
  }
  return parts;
}

const whole =
  'preamble\r\n--b\r\nContent-Type: application/dicom\r\nContent-Length: 3\r\n\r\none\r\n--b  \r\n\r\n--two\r\n-\r\n--\r\n--b--\r\nepilogue';

describe('a multipart body', () => {
  it('comes apart the same however it is cut, boundaries that nearly occur in it included', async () => {
    for (let size = 1; size < 40; size++) {
      expect(await read(whole, size)).toEqual([
        { type: 'application/dicom', body: 'one' },
        { type: undefined, body: '--two\r\n-\r\n--' },
      ]);
    }
  });

  it('goes on with the next part when one is not read', async () => {
    let seen = 0;
    for await (const _ of readParts(pieces(bytesOf(whole), 5), 'b')) seen++;
    expect(seen).toBe(2);
  });

  it.each([
    '',
    'no boundary at all',
    '--b',
    '--b\r\nContent-Type: application/dicom\r\n\r\ncut off',
    '--b\r\nContent-Type: application/dicom',
    `--b\r\n${'x'.repeat(20_000)}\r\n\r\nlong header\r\n--b--`,
    `${'x'.repeat(20_000)}--b\r\n\r\nlate\r\n--b--`,
    '--bc\r\n\r\nanother boundary\r\n--b--',
    `--b\r\n${'A: b\r\n'.repeat(40)}\r\nmany headers\r\n--b--`,
  ])('is refused where it is none, or breaks off (%#)', async (body) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
    await expect(read(body)).rejects.toBeInstanceOf(AtollError);
  });

  it('has its boundary in the header, in quotes or not', () => {
    const of = (rest: string) => dicomBoundary(`multipart/related; ${rest}`);
    expect(of('type="application/dicom"; boundary=abc')).toBe('abc');
    expect(of('boundary="a b;c=d"; type=application/dicom; start="<x>"')).toBe('a b;c=d');
    expect(dicomBoundary('Multipart/Related; boundary=abc')).toBe('abc');
    expect(of(`type="application/dicom"; boundary=${'x'.repeat(73)}`)).toHaveLength(73);
    expect(of('type="application/dicom+json"; boundary=abc')).toBeNull();
    expect(of('type="application/dicom"')).toBeNull();
    expect(of('boundary="abc "')).toBeNull();
    expect(dicomBoundary('multipart/form-data; boundary=abc')).toBeNull();
    expect(dicomBoundary(`multipart/related; boundary=${'x'.repeat(2000)}`)).toBeNull();
  });
});
