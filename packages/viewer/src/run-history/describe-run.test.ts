import type { EngineList } from '@atoll/contract/engines';
import { describe, expect, it } from 'vitest';
import { nameRun } from './describe-run.ts';

const named = (id: string, title: string) => ({ id, title, description: '' });
const engine = {
  id: 'deepisles',
  version: '1',
  title: 'DeepISLES',
  description: '',
  presets: [named('fast', 'Fast'), named('ensemble', 'Ensemble')],
  options: [named('maps', 'Individual model outputs')],
  stages: [],
  citations: [],
  usable: true,
  reason: null,
  cure: null,
};
const engines: EngineList = { engines: [engine], default: 'deepisles' };
const run = { engine: 'deepisles', preset: 'fast', options: ['maps'] };

describe('the name of a run', () => {
  it('is made of the titles that the service gives', () => {
    expect(nameRun(run, engines)).toBe('DeepISLES, Fast, Individual model outputs');
  });

  it('is made of ids for what the service does not name, or not yet', () => {
    expect(nameRun(run, null)).toBe('deepisles, fast, maps');
    expect(nameRun({ ...run, preset: 'old', options: ['gone'] }, engines)).toBe('DeepISLES, old, gone');
  });

  it('leaves out a preset that is the only one', () => {
    const single = { ...engine, presets: [named('fast', 'Fast')] };
    expect(nameRun({ ...run, options: [] }, { ...engines, engines: [single] })).toBe('DeepISLES');
  });
});
