/// <reference path="./dcm2niix-compiled.d.ts" />

import type { ConvertAnswer } from '@atoll/dicom/compiled';
import { checkSeriesSize, converterArguments, defaultTimeLimitMs } from '@atoll/dicom/conversion';
import { conversionErrand } from '@atoll/dicom/conversion-errand';
import type { ConvertDicom } from '@atoll/dicom/convert';
import { runErrand } from '@atoll/threads/errand';
import wasmUrl from '@niivue/dcm2niix/wasm?url';
import { handOfWorker } from '../workers/hand-of-worker.ts';
// Inline: its code comes with this module's, so that starting it asks for nothing from anywhere.
import type { PageConvertTask } from './converter-worker.ts';
import ConverterWorker from './converter-worker.ts?worker&inline';

let fetched: Promise<ArrayBuffer> | null = null;

/** Fetches the compiled converter, before there are any images that a request could tell of. */
export async function prepareConverter(): Promise<void> {
  await compiledConverter();
}

function compiledConverter(): Promise<ArrayBuffer> {
  fetched ??= fetch(wasmUrl)
    .then((answer) => {
      if (!answer.ok) throw new Error(`The DICOM converter could not be loaded: HTTP ${answer.status}.`);
      return answer.arrayBuffer();
    })
    .catch((thrown: unknown) => {
      // The network may be back at the next try.
      fetched = null;
      throw thrown;
    });
  return fetched;
}

/**
 * Converts one series in a worker of its own, which is ended with the conversion, at the time limit and on abort.
 * Nothing leaves the page.
 */
export const convertDicom: ConvertDicom = async (files, options = {}) => {
  const { signal, onProgress, timeLimitMs = defaultTimeLimitMs } = options;
  checkSeriesSize(files);
  const wasm = await compiledConverter();
  const task: PageConvertTask = { files: files.map(({ bytes }) => bytes), args: converterArguments, wasm };
  return runErrand(() => handOfWorker<ConvertAnswer>(new ConverterWorker()), {
    task,
    ...conversionErrand({ signal, onProgress, timeLimitMs }),
  });
};
