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
    expect(new TextDecoder().decode((await registry.open('a')).dwi)).toBe('one');
  });

  it('leaves out of the list what two sources claim, and says so', async () => {
    const registry = new CaseRegistry([source('one', ['a', 'b']), source('two', ['b'])]);
    const { cases, sources } = await registry.survey();
    expect(cases.map(({ id }) => id)).toEqual(['a']);
    expect(sources.map(({ ok }) => ok)).toEqual([true, true]);
    expect(sources[1].problem).toContain('same name');
  });

  it('lists what works when a source is broken, and says which is and why', async () => {
    const { cases, sources } = await new CaseRegistry([broken, source('one', ['a'])]).survey();
    expect(cases.map(({ id }) => id)).toEqual(['a']);
    expect(sources).toEqual([
      { id: 'broken', title: 'broken', ok: false, problem: expect.stringContaining('cannot be read') },
      { id: 'one', title: 'one', ok: true, problem: null },
    ]);
  });

  it('does not wait for ever for a source that does not answer', async () => {
    const silent: CaseSource = { ...source('silent', []), list: () => new Promise(() => undefined) };
    const registry = new CaseRegistry([silent, source('one', ['a'])], { listWaitMs: 20 });
    const { cases, sources } = await registry.survey();
    expect(cases.map(({ id }) => id)).toEqual(['a']);
    expect(sources[0]).toMatchObject({ ok: false, problem: expect.stringContaining('did not respond') });
  });

  it('passes on what a source has to say of its list', async () => {
    const talkative: CaseSource = { ...source('one', ['a']), remarks: () => ['Two folders hold no DWI.'] };
    const { sources } = await new CaseRegistry([talkative]).survey();
    expect(sources[0]).toMatchObject({ ok: true, problem: 'Two folders hold no DWI.' });
  });

  it('does not know a case that no source has', async () => {
    const registry = new CaseRegistry([source('one', ['a'])]);
    await expect(registry.open('z')).rejects.toMatchObject({ code: 'CASE_UNKNOWN' });
  });

  it('opens a case though another source is out of reach, and says so when the case may be there', async () => {
    const registry = new CaseRegistry([broken, source('one', ['a'])]);
    expect(new TextDecoder().decode((await registry.open('a')).dwi)).toBe('one');
    await expect(registry.open('z')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await registry.find('a')).toMatchObject({ id: 'a' });
    await expect(registry.find('z')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
