import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findDatabase, markMaking, prepareDataFolder } from './data-folder.ts';

let parent = '';
const mode = (path: string) => statSync(path).mode & 0o777;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'atoll-data-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

describe('the data folder', () => {
  it('is made where it is not, and keeps others out', () => {
    const { root, database, results } = prepareDataFolder(join(parent, 'new', 'data'));
    expect([root, database, results].map(mode)).toEqual([0o700, 0o700, 0o700]);
  });

  it('is closed to others when it was made by someone else, empty', () => {
    const root = join(parent, 'data');
    mkdirSync(root);
    chmodSync(root, 0o755);
    prepareDataFolder(root);
    expect(mode(root)).toBe(0o700);
  });

  it('leaves a folder that holds other things as it is, and closes what it puts there', () => {
    writeFileSync(join(parent, 'somebody’s'), '');
    chmodSync(parent, 0o755);
    const { database, results } = prepareDataFolder(parent);
    expect([parent, database, results].map(mode)).toEqual([0o755, 0o700, 0o700]);
  });

  it.runIf(process.geteuid?.() === 0)('is refused where another user has made it before', () => {
    const planted = join(parent, 'shared', 'atoll');
    mkdirSync(planted, { recursive: true });
    chmodSync(join(parent, 'shared'), 0o1777);
    chownSync(planted, 12_345, 12_345);
    expect(() => prepareDataFolder(planted)).toThrow(
      expect.objectContaining({
        code: 'DATA_DIR_UNUSABLE',
        message: expect.stringContaining('belongs to another user'),
      }),
    );
  });

  it('says what is wrong when it is not a folder', () => {
    const path = join(parent, 'file');
    writeFileSync(path, '');
    expect(() => prepareDataFolder(path)).toThrow(
      expect.objectContaining({
        code: 'DATA_DIR_UNUSABLE',
        action: expect.stringContaining('ATOLL_DATA_DIR'),
      }),
    );
  });
});

describe('the database in it', () => {
  it('is looked for without being touched', () => {
    const folder = prepareDataFolder(parent);
    expect(findDatabase(folder)).toBe(false);
    writeFileSync(join(folder.database, 'PG_VERSION'), '18\n');
    expect(findDatabase(folder)).toBe(true);
  });

  it('is refused when another version wrote it', () => {
    const folder = prepareDataFolder(parent);
    writeFileSync(join(folder.database, 'PG_VERSION'), '17\n');
    expect(() => findDatabase(folder)).toThrow(
      expect.objectContaining({
        code: 'DATA_DIR_OTHER_VERSION',
        message: expect.stringContaining('PostgreSQL 17'),
        action: expect.stringContaining('ATOLL_DATA_DIR'),
      }),
    );
  });

  it('is refused, not made anew, when it has lost its version', () => {
    const folder = prepareDataFolder(parent);
    writeFileSync(join(folder.database, 'postgresql.conf'), '');
    expect(() => findDatabase(folder)).toThrow(expect.objectContaining({ code: 'DATA_DIR_UNUSABLE' }));
  });

  it('is cleared away when its making was interrupted, and not when it was finished', async () => {
    const folder = prepareDataFolder(parent);
    const half = async () => writeFileSync(join(folder.database, 'PG_VERSION'), '18\n');
    const interrupted = markMaking(folder, async () => {
      await half();
      throw new Error('interrupted');
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    expect(findDatabase(folder)).toBe(false);
    await markMaking(folder, half);
    expect(findDatabase(folder)).toBe(true);
  });
});
