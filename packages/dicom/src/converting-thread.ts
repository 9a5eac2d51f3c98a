import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import type { ConvertAnswer, ConvertTask } from './convert-node.ts';

/** What we use of the converter: Emscripten's file system in memory, and its `main`. */
type Converter = {
  readonly FS: {
    mkdir(path: string): void;
    writeFile(path: string, bytes: Uint8Array): void;
    readdir(path: string): string[];
    readFile(path: string): Uint8Array<ArrayBuffer>;
  };
  callMain(args: string[]): number;
};
type MakeConverter = (options: {
  noInitialRun: boolean;
  wasmBinary: Uint8Array;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<Converter>;

const Loaded = z.object({ default: z.custom<MakeConverter>((value) => typeof value === 'function') });

/**
 * The package's own entry needs a browser's Worker; the compiled converter beside it runs here as well. Its console
 * is shut: it would print the names of files and series.
 */
async function loadConverter(): Promise<Converter> {
  const entry = import.meta.resolve('@niivue/dcm2niix');
  const { default: make } = Loaded.parse(await import(new URL('./dcm2niix.jpeg.js', entry).href));
  return make({
    noInitialRun: true,
    wasmBinary: await readFile(new URL('./dcm2niix.jpeg.wasm', entry)),
    print: () => {},
    printErr: () => {},
  });
}

/** The far side of convert-node.ts: one task, one answer. */
parentPort?.once('message', async ({ files, args }: ConvertTask) => {
  const answer = (message: ConvertAnswer, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage(message, transfer);
  const { FS, callMain } = await loadConverter();
  FS.mkdir('/in');
  FS.mkdir('/out');
  for (const [at, bytes] of files.entries()) {
    // Made-up names: what the files were called is of no use to the converter.
    FS.writeFile(`/in/${at}.dcm`, bytes);
    if (at % 50 === 0) answer({ kind: 'progress', fraction: (0.2 * at) / files.length });
  }
  answer({ kind: 'progress', fraction: 0.2 });
  const exitCode = callMain([...args, '-o', '/out', '/in']);
  answer({ kind: 'progress', fraction: 0.9 });
  const names = FS.readdir('/out').filter((name) => !name.startsWith('.'));
  const output = names.map((name) => ({ name, bytes: new Uint8Array(FS.readFile(`/out/${name}`)) }));
  answer(
    { kind: 'done', exitCode, output },
    output.map(({ bytes }) => bytes.buffer),
  );
});
