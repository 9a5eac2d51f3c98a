import type { EngineList } from '@atoll/contract/engines';
import { describe, expect, it } from 'vitest';
import { engineInfo } from './engine-info.ts';

const named = (id: string, title = id) => ({ id, title, description: '' });
const engineOf = (id: string, title: string) => ({
  id,
  version: '1',
  title,
  description: `${title}, described.`,
  presets: [named('usual', 'Usual'), named('fast', 'Fast')],
  options: [named('probability')],
  stages: [named('read'), named(`${id}-look`), named('locate'), named('report')],
  citations: [],
  usable: id !== 'gpu',
  reason: id === 'gpu' ? 'No GPU.' : null,
  cure: id === 'gpu' ? 'Get one.' : null,
});
const list: EngineList = {
  engines: [engineOf('one', 'One'), engineOf('two', 'Two'), engineOf('gpu', 'Gpu')],
  default: 'one',
};

describe('what is known of an engine', () => {
  it('is what the service says, and nothing of one that it does not name', () => {
    expect(engineInfo(list, 'two')).toBe(list.engines[1]);
    expect(engineInfo(list, 'gone')).toBeNull();
    expect(engineInfo(list, 'one+gone')).toBeNull();
  });

  it('follows for an ensemble from its parts', () => {
    const info = engineInfo(list, 'one+two');
    expect(info).toMatchObject({ id: 'one+two', title: 'One + Two', usable: true });
    expect(info?.presets.map(({ id }) => id)).toEqual(['majority', 'union', 'staple']);
    expect(info?.options.map(({ id }) => id)).toEqual(['probability', 'one:fast', 'two:fast']);
    expect(info?.stages.map(({ id }) => id)).toEqual([
      'read',
      'part-one',
      'part-two',
      'join',
      'locate',
      'report',
    ]);
    expect(engineInfo(list, 'one+gpu')).toMatchObject({ usable: false, reason: 'No GPU.' });
  });
});
