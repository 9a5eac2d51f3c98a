import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileResultStore } from './file-result-store.ts';

const jobId = '0123456789abcdef0123456789abcdef';
const bytes = (text: string) => new TextEncoder().encode(text);
let root = '';
let store: FileResultStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-results-'));
  store = new FileResultStore(root);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('results in a folder', () => {
  it('lose what a killed writer left, and nothing else, when swept', async () => {
    await store.put(jobId, new Map([['a', bytes('a')]]));
    mkdirSync(join(root, '.aside-Xy12'));
    writeFileSync(join(root, '.aside-Xy12', 'half'), 'half');
    await store.sweep(0);
    expect(readdirSync(root)).toEqual([jobId]);
  });

  it('never lead out of the folder, whatever the id or the name', async () => {
    writeFileSync(join(root, '..', `${basename(root)}-secret`), 'secret');
    expect(await store.open('..', `${basename(root)}-secret`)).toBeNull();
    await store.delete('..');
    expect(readFileSync(join(root, '..', `${basename(root)}-secret`), 'utf8')).toBe('secret');
    rmSync(join(root, '..', `${basename(root)}-secret`));
  });
});
