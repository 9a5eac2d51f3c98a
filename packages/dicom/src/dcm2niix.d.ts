/** The little of @niivue/dcm2niix that Atoll uses; the package has no types of its own. */
declare module '@niivue/dcm2niix' {
  interface Conversion {
    b(value: string): Conversion;
    ba(value: string): Conversion;
    z(value: string): Conversion;
    f(value: string): Conversion;
    w(value: string): Conversion;
    /** Rejects with the exit code in words, or with what the worker threw. */
    run(): Promise<File[]>;
  }

  export class Dcm2niix {
    worker: Worker | null;
    /** Loads the converter in a Web Worker; never settles where the page may not compile WebAssembly. */
    init(): Promise<true>;
    input(files: readonly File[]): Conversion;
  }
}
