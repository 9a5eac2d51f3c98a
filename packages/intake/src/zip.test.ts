import { AtollError } from '@atoll/errors/error';
import { describe, expect, it } from 'vitest';
import { zipOf } from '../test/bring.ts';
import { fileOfBytes } from './input-file.ts';
import { defaultZipLimits, openZip } from './zip.ts';

const open = async (bytes: Uint8Array, limits = {}) =>
  (await openZip(fileOfBytes('up.zip', bytes), { ...defaultZipLimits, ...limits })).files;
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof AtollError ? error.code : String(error)),
  );
const text = async (bytes: Promise<Uint8Array>) => new TextDecoder().decode(await bytes);

/** The same archive with one name put for another of the same length, in both places where it stands. */
function renamed(zip: Uint8Array, from: string, to: string): Uint8Array {
  const latin = Buffer.from(zip).toString('latin1').replaceAll(from, to);
  return new Uint8Array(Buffer.from(latin, 'latin1'));
}

describe('a ZIP', () => {
  it('is read by name and by range, however it is packed', async () => {
    for (const level of [0, 6]) {
      const [a, b] = await open(
        await zipOf({ 'x/a.txt': 'abcdefgh'.repeat(9), 'b.txt': 'second' }, { level }),
      );
      expect([a.path, b.path, a.sizeBytes]).toEqual(['up.zip/x/a.txt', 'up.zip/b.txt', 72]);
      expect(await text(a.read({ start: 2, end: 11 }))).toBe('cdefghabc');
      expect(await text(a.read({ start: 70, end: 999 }))).toBe('gh');
      expect(await text(b.read())).toBe('second');
    }
  });

  it('is read by range also where an entry is large', async () => {
    const large = Buffer.from(Array.from({ length: 2_000_000 }, (_, at) => at % 251));
    const [file] = await open(await zipOf({ large }));
    for (const [start, end] of [
      [0, 10],
      [1_999_990, 2_000_000],
      [700_000, 700_300],
    ]) {
      expect(Buffer.from(await file.read({ start, end }))).toEqual(large.subarray(start, end));
    }
    expect(Buffer.from(await file.read()).equals(large)).toBe(true);
  });

  it.each(['../aa.txt', '/abs/a.txt', 'C:\\aa\\txt', '..\\..\\a.t', 'x/../../aa'])(
    'that names a place outside itself (%s) is refused',
    async (name) => {
      const zip = renamed(await zipOf({ ['n'.repeat(name.length)]: 'x' }), 'n'.repeat(name.length), name);
      expect(await code(open(zip))).toBe('ZIP_INVALID');
    },
  );

  it('that holds a symbolic link is refused', async () => {
    const zip = Uint8Array.from(await zipOf({ link: '/etc/passwd' }));
    const view = new DataView(zip.buffer);
    const entry = Buffer.from(zip).indexOf('PK\x01\x02', 0, 'latin1');
    view.setUint8(entry + 5, 3); // made on Unix
    view.setUint32(entry + 38, 0o120777 * 0x10000, true);
    expect(await code(open(zip))).toBe('ZIP_INVALID');
  });

  it('that is encrypted, cut off or damaged is refused', async () => {
    expect(await code(open(await zipOf({ a: 'secret' }, { password: 'p' })))).toBe('ZIP_INVALID');
    const zip = await zipOf({ a: 'some text '.repeat(99) });
    for (let length = 0; length < zip.length; length += 5) {
      expect(await code(open(zip.subarray(0, length)))).toBe('ZIP_INVALID');
    }
    const damaged = Uint8Array.from(zip);
    damaged.fill(0x55, 40, 48);
    const [file] = await open(damaged);
    expect(await code(file.read())).toBe('ZIP_INVALID');
  });

  it('that unpacks to too much is refused before it is unpacked', async () => {
    const bomb = await zipOf({ a: Buffer.alloc(70e6) });
    expect(bomb.length).toBeLessThan(1e5);
    expect(await code(open(bomb))).toBe('ZIP_TOO_LARGE');
    const two = await zipOf({ a: 'x'.repeat(500), b: 'y'.repeat(500) });
    expect(await code(open(two, { maxTotalBytes: 900 }))).toBe('ZIP_TOO_LARGE');
    expect(await code(open(two, { maxEntryBytes: 400 }))).toBe('ZIP_TOO_LARGE');
    expect(await code(open(two, { maxEntries: 1 }))).toBe('ZIP_TOO_LARGE');
  });

  it('that lies about a size hands out no more than it named', async () => {
    const zip = Uint8Array.from(await zipOf({ a: Buffer.alloc(1e6, 'x') }));
    const view = new DataView(zip.buffer);
    const entry = Buffer.from(zip).indexOf('PK\x01\x02', 0, 'latin1');
    view.setUint32(entry + 24, 100, true);
    const outcome = await open(zip).then(
      async ([file]) => (file.sizeBytes === 100 ? code(file.read()) : 'size'),
      () => 'ZIP_INVALID',
    );
    expect(outcome).toBe('ZIP_INVALID');
  });

  it('inside a ZIP is a file, and is not opened', async () => {
    const inner = await zipOf({ a: 'x' });
    const [file] = await open(await zipOf({ 'inner.zip': inner }));
    expect(await file.read()).toEqual(inner);
  });
});
