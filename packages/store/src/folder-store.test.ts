import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStore } from './folder-store.ts';

const id = '0123456789abcdef0123456789abcdef';
const kind = { prefix: 'things', isId: (text: string) => /^[0-9a-f]{32}$/.test(text) };
const bytes = (text: string) => new TextEncoder().encode(text);
let root = '';
let store: FolderStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-store-'));
  store = new FolderStore(root, kind);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('files in a folder', () => {
  it('lose what a killed writer left, and nothing else, when swept', async () => {
    await store.put(id, new Map([['a', bytes('a')]]));
    mkdirSync(join(root, '.aside-Xy12'));
    writeFileSync(join(root, '.aside-Xy12', 'half'), 'half');
    await store.sweep(0);
    expect(readdirSync(root)).toEqual([id]);
  });

  it('need no folder before the first of them come, and close it to others', async () => {
    const later = new FolderStore(join(root, 'later'), kind);
    expect(await Array.fromAsync(later.list())).toEqual([]);
    await later.sweep(0);
    expect([await later.has(id), await later.names(id)]).toEqual([false, []]);
    await later.put(id, new Map([['a', bytes('a')]]));
    expect(statSync(join(root, 'later')).mode & 0o777).toBe(0o700);
  });

  it('never lead out of the folder, whatever the id or the name', async () => {
    writeFileSync(join(root, '..', `${basename(root)}-secret`), 'secret');
    expect(await store.open('..', `${basename(root)}-secret`)).toBeNull();
    await store.delete('..');
    expect(readFileSync(join(root, '..', `${basename(root)}-secret`), 'utf8')).toBe('secret');
    rmSync(join(root, '..', `${basename(root)}-secret`));
  });
});
