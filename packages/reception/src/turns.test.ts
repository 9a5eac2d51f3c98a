import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('let another client go before the next piece of one whose own is under way', async () => {
    const turns = new Turns(2);
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const start = (client: string, name: string) =>
      turns.do(client, async () => {
        begun.push(name);
        await new Promise<void>((end) => ends.set(name, end));
      });
    const all = [start('a', 'a1'), start('a', 'a2'), start('b', 'b1'), start('c', 'c1'), start('b', 'b2')];
    const settled = () => new Promise(setImmediate);
    await settled();
    expect(begun).toEqual(['a1', 'b1']);
    ends.get('a1')?.();
    await settled();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    ends.get('b1')?.();
    await settled();
    expect(begun.at(-1)).toBe('c1');
    ends.get('c1')?.();
    await settled();
    expect(begun.at(-1)).toBe('b2');
    for (const end of ends.values()) end();
    await Promise.all(all);
  });

  it('go on after work that failed', async () => {
    const turns = new Turns(1);
    await expect(turns.do('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await turns.do('a', async () => 'done')).toBe('done');
  });
});
