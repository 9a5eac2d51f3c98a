import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownFolder } from '../own-folder.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'atoll-own-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const isRoot = process.geteuid?.() === 0;

describe('a folder of one’s own', () => {
  it('is made, with what it lies in, and closed to others', () => {
    ownFolder(join(root, 'a', 'b'));
    expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
    chmodSync(join(root, 'a', 'b'), 0o777);
    ownFolder(join(root, 'a', 'b'));
    expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
  });

  it('is none that only leads elsewhere', () => {
    mkdirSync(join(root, 'theirs'));
    symlinkSync(join(root, 'theirs'), join(root, 'mine'));
    expect(() => ownFolder(join(root, 'mine'))).toThrow('leads elsewhere');
  });

  it('is none in a folder where anybody may rename it, unless that one is sticky', () => {
    const open = join(root, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(() => ownFolder(join(open, 'mine'))).toThrow('written to by anybody');
    chmodSync(open, 0o1777);
    ownFolder(join(open, 'mine'));
  });

  it.runIf(isRoot)('is none that another user made first', () => {
    const planted = join(root, 'atoll-0');
    mkdirSync(planted, { mode: 0o777 });
    chownSync(planted, 12_345, 12_345);
    expect(() => ownFolder(planted)).toThrow('belongs to another user');
    expect(() => ownFolder(join(planted, 'below'))).toThrow('belongs to another user');
  });
});
