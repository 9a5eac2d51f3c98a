import { describe, expect, it } from 'vitest';
import type { KnownRun } from './known-run.ts';
import { mostRuns, type RunStorage, RunStore } from './run-store.ts';

function run(number: number, change: Partial<KnownRun> = {}): KnownRun {
  return {
    jobId: number.toString(16).padStart(32, '0'),
    status: 'completed',
    caseId: 'phantom-emboli',
    engine: 'diffusion',
    preset: 'balanced',
    options: [],
    createdAt: new Date(1e12 + 1000 * number).toISOString(),
    volumeMl: 12.5,
    review: null,
    ...change,
  };
}

/** As localStorage, and shared by the tabs of one browser. */
function memory(): RunStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
  };
}

const ids = (store: RunStore) => store.runs.map(({ jobId }) => Number.parseInt(jobId, 16));

describe('the runs that a browser knows', () => {
  it('are there after a reload, last submitted first', () => {
    const storage = memory();
    const store = new RunStore('', storage);
    for (const number of [2, 3, 1]) store.remember(run(number));
    expect(ids(new RunStore('', storage))).toEqual([3, 2, 1]);
  });

  it('are those of one service', () => {
    const storage = memory();
    new RunStore('https://one.example', storage).remember(run(1));
    expect(new RunStore('https://other.example', storage).runs).toEqual([]);
  });

  it('take over what is new of a run, and tell of it once', () => {
    const store = new RunStore('', memory());
    let told = 0;
    store.subscribe(() => told++);
    store.remember(run(1, { status: 'running', volumeMl: null }));
    store.remember(run(1));
    store.remember(run(1));
    expect(told).toBe(2);
    expect(store.runs).toEqual([run(1)]);
  });

  it('forget a run for good', () => {
    const storage = memory();
    const store = new RunStore('', storage);
    store.remember(run(1));
    store.remember(run(2));
    store.forget(run(1).jobId);
    expect(ids(store)).toEqual([2]);
    expect(ids(new RunStore('', storage))).toEqual([2]);
  });

  it('are bounded: the oldest go first', () => {
    const store = new RunStore('', memory());
    for (let number = 0; number <= mostRuns; number++) store.remember(run(number));
    expect(store.runs).toHaveLength(mostRuns);
    expect(ids(store)).not.toContain(0);
  });

  it('are kept when two tabs write by turns', () => {
    const storage = memory();
    const [one, other] = [new RunStore('', storage), new RunStore('', storage)];
    one.remember(run(1));
    other.remember(run(2));
    expect(ids(other)).toEqual([2, 1]);
    one.refresh();
    expect(ids(one)).toEqual([2, 1]);
  });

  it.each([
    ['no JSON', '{"'],
    ['no list', '{"jobId":1}'],
    ['far too long', `[${' '.repeat(300_000)}]`],
  ])('are none where the storage holds %s, and can be remembered again', (_name, text) => {
    const storage = memory();
    new RunStore('', storage).remember(run(1));
    for (const key of storage.texts.keys()) storage.texts.set(key, text);
    const store = new RunStore('', storage);
    expect(store.runs).toEqual([]);
    store.remember(run(2));
    expect(ids(new RunStore('', storage))).toEqual([2]);
  });

  it('pass over what is no run', () => {
    const storage = memory();
    new RunStore('', storage).remember(run(1));
    const foreign = [null, 7, { ...run(2), jobId: '../../etc/passwd' }, { ...run(3), status: 'ill' }, run(4)];
    for (const key of storage.texts.keys()) storage.texts.set(key, JSON.stringify(foreign));
    expect(ids(new RunStore('', storage))).toEqual([4]);
  });

  it('are known until the page is left where the browser keeps nothing', () => {
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    for (const storage of [null, { getItem: refuse, setItem: refuse }]) {
      const store = new RunStore('', storage);
      store.remember(run(1));
      store.remember(run(2));
      expect(ids(store)).toEqual([2, 1]);
      store.forget(run(1).jobId);
      expect(ids(store)).toEqual([2]);
    }
  });
});
