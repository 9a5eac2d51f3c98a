import { type ConvertAnswer, type ConvertTask, convertByCompiled } from '@atoll/dicom/compiled';
import makeConverter from '@niivue/dcm2niix/compiled';

/** The page has fetched the compiled converter before. */
export type PageConvertTask = ConvertTask & { readonly wasm: ArrayBuffer };

/** The far side of converter.ts: one task, one answer. */
self.onmessage = ({ data: { wasm, ...task } }: MessageEvent<PageConvertTask>) =>
  convertByCompiled(makeConverter, new Uint8Array(wasm), task, (message: ConvertAnswer, transfer = []) =>
    self.postMessage(message, { transfer }),
  );
