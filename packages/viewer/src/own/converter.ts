/// <reference path="./dcm2niix-compiled.d.ts" />

import type { ConvertAnswer } from '@atoll/dicom/compiled';
import {
  checkSeriesSize,
  conversionOf,
  converterArguments,
  defaultTimeLimitMs,
} from '@atoll/dicom/conversion';
import type { ConvertDicom } from '@atoll/dicom/convert';
import { AtollError } from '@atoll/errors/error';
import wasmUrl from '@niivue/dcm2niix/wasm?url';
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
      if (!answer.ok) throw new Error(`The converter is not where it should be: ${answer.status}.`);
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
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  return new Promise((resolve, reject) => {
    const worker = new ConverterWorker();
    const settle = (outcome: () => void) => {
      clearTimeout(clock);
      signal?.removeEventListener('abort', onAbort);
      worker.terminate();
      outcome();
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const onAbort = () => fail(new AtollError('JOB_CANCELLED'));
    const clock = setTimeout(() => fail(new AtollError('DICOM_TIMED_OUT')), timeLimitMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.onerror = (event) => {
      event.preventDefault();
      fail(new AtollError('DICOM_UNREADABLE', undefined, { cause: event.message }));
    };
    worker.onmessage = ({ data }: MessageEvent<ConvertAnswer>) => {
      if (data.kind === 'progress') {
        onProgress?.(data.fraction);
        return;
      }
      try {
        const conversion = conversionOf(data);
        settle(() => resolve(conversion));
      } catch (thrown) {
        fail(thrown);
      }
    };
    const task: PageConvertTask = { files: files.map(({ bytes }) => bytes), args: converterArguments, wasm };
    worker.postMessage(task);
  });
};
