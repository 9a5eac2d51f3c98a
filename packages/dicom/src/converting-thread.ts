import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { type ConvertTask, convertByCompiled, type MakeConverter } from './compiled.ts';

const Loaded = z.object({ default: z.custom<MakeConverter>((value) => typeof value === 'function') });

/** The far side of convert-node.ts: one task, one answer. */
parentPort?.once('message', async (task: ConvertTask) => {
  // The package's own entry needs a browser's Worker; the compiled converter beside it runs here as well.
  const entry = import.meta.resolve('@niivue/dcm2niix');
  const { default: make } = Loaded.parse(await import(new URL('./dcm2niix.jpeg.js', entry).href));
  const wasm = await readFile(new URL('./dcm2niix.jpeg.wasm', entry));
  await convertByCompiled(make, wasm, task, (message, transfer = []) =>
    parentPort?.postMessage(message, transfer),
  );
});
