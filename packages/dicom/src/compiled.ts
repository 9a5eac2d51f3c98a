import { keepLine } from './converter-words.ts';

/** The compiled converter, as far as we use it: Emscripten's file system in memory, and its `main`. */
type Converter = {
  readonly FS: {
    mkdir(path: string): void;
    writeFile(path: string, bytes: Uint8Array): void;
    readdir(path: string): string[];
    readFile(path: string): Uint8Array<ArrayBuffer>;
  };
  callMain(args: string[]): number;
};

export type MakeConverter = (options: {
  noInitialRun: boolean;
  wasmBinary: Uint8Array;
  locateFile: (name: string) => string;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<Converter>;

/** A file that the converter wrote. */
export type ConverterOutput = { readonly name: string; readonly bytes: Uint8Array };

/** What is asked of whoever converts, in a thread of Node or a worker of a page. */
export type ConvertTask = { readonly files: readonly Uint8Array[]; readonly args: readonly string[] };
export type ConvertAnswer =
  | { readonly kind: 'progress'; readonly fraction: number }
  | {
      readonly kind: 'done';
      readonly exitCode: number;
      readonly output: readonly ConverterOutput[];
      /** What it printed that may be a warning, as it printed it. */
      readonly lines: readonly string[];
    };

/**
 * One conversion in an instance of its own, for a second one in the same fails. What the converter prints reaches no
 * console, for it may name files and series; its warnings are kept.
 */
export async function convertByCompiled(
  make: MakeConverter,
  wasmBinary: Uint8Array,
  { files, args }: ConvertTask,
  answer: (message: ConvertAnswer, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  const lines: string[] = [];
  const { FS, callMain } = await make({
    noInitialRun: true,
    wasmBinary,
    // It asks for the file's address even where it has the file.
    locateFile: (name) => name,
    print: (line) => keepLine(lines, line),
    printErr: (line) => keepLine(lines, line),
  });
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
    { kind: 'done', exitCode, output, lines },
    output.map(({ bytes }) => bytes.buffer),
  );
}
