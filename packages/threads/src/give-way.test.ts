import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

/** Of each thread of this process, by its id: field 19 of proc(5). */
function niceness(): Map<string, number> {
  return new Map(
    readdirSync('/proc/self/task').map((id) => {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
      return [id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])];
    }),
  );
}

it.runIf(process.platform === 'linux')(
  'a thread gives way alone: the others keep their priority',
  async () => {
    const before = niceness();
    const module = JSON.stringify(new URL('./give-way.ts', import.meta.url).href);
    const code = `import(${module}).then(({ giveWay }) => { giveWay(); require('node:worker_threads').parentPort.on('message', () => {}).postMessage('ready'); })`;
    const worker = new Worker(code, { eval: true, execArgv: [] });
    try {
      await once(worker, 'message');
      const after = niceness();
      const lowered = [...after].filter(
        ([id, nice]) => nice > (before.get(id) ?? before.get(String(process.pid)) ?? 0),
      );
      expect(lowered).toHaveLength(1);
      for (const [id, nice] of before) if (after.has(id)) expect(after.get(id)).toBe(nice);
    } finally {
      await worker.terminate();
    }
  },
);
