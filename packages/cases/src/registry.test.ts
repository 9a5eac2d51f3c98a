import { AtollError } from '@atoll/errors/error';
import { describe, expect, it } from 'vitest';
import { CaseRegistry } from './registry.ts';
import type { CaseSource } from './source.ts';

/** A source whose files hold its own name. */
function source(id: string, caseIds: readonly string[]): CaseSource {
  const bytes = new TextEncoder().encode(id);
  return {
    id,
    title: id,
    list: async () =>
      caseIds.map((caseId) => ({
        id: caseId,
        title: caseId,
        description: '',
        source: id,
        images: ['dwi', 'adc'],
        licence: null,
      })),
    open: async () => ({ dwi: bytes, adc: bytes }),
  };
}

const broken: CaseSource = {
  id: 'broken',
  title: 'broken',
  list: async () => {
    throw new AtollError('FILE_UNREADABLE');
  },
  open: async () => {
    throw new AtollError('FILE_UNREADABLE');
  },
};

describe('the registry of cases', () => {
  it('lists the cases of all sources in their order', async () => {
    const registry = new CaseRegistry([source('one', ['b', 'a']), source('two', ['c'])]);
    expect((await registry.list()).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });

  it('opens a case at the source that has it', async () => {
    const registry = new CaseRegistry([source('one', ['a']), source('two', ['b'])]);
    expect(new TextDecoder().decode((await registry.open('b')).dwi)).toBe('two');
  });

  it('refuses an id that two sources claim, rather than guess the patient', async () => {
    const registry = new CaseRegistry([source('one', ['a', 'b']), source('two', ['b'])]);
    await expect(registry.open('b')).rejects.toMatchObject({ code: 'CASE_AMBIGUOUS' });
    await expect(registry.list()).rejects.toMatchObject({ code: 'CASE_AMBIGUOUS' });
    expect(new TextDecoder().decode((await registry.open('a')).dwi)).toBe('one');
  });

  it('does not know a case that no source has', async () => {
    const registry = new CaseRegistry([source('one', ['a'])]);
    await expect(registry.open('z')).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
  });

  it('opens a case though another source is out of reach, and says so when the case may be there', async () => {
    const registry = new CaseRegistry([broken, source('one', ['a'])]);
    expect(new TextDecoder().decode((await registry.open('a')).dwi)).toBe('one');
    await expect(registry.open('z')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
