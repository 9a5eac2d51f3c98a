/// <reference path="./dcm2niix.d.ts" />
import { AtollError } from '@atoll/errors/error';
import { checkExit, checkSeriesSize, defaultTimeLimitMs, imagesOf } from './conversion.ts';
import type { ConvertDicom, ConvertOptions, DicomFile } from './convert.ts';

/**
 * Converts in a Web Worker of its own, which is ended with the conversion, at the time limit and on abort. The
 * converter is loaded when it is first needed. Nothing leaves the browser.
 */
export const convertInBrowser: ConvertDicom = async (files, options = {}) => {
  checkSeriesSize(files);
  const { Dcm2niix } = await import('@niivue/dcm2niix');
  const converter = new Dcm2niix();
  try {
    return await within(options, convert(converter, files, options));
  } finally {
    converter.worker?.terminate();
  }
};

async function convert(
  converter: import('@niivue/dcm2niix').Dcm2niix,
  files: readonly DicomFile[],
  { onProgress }: ConvertOptions,
) {
  await converter.init().catch((cause: unknown) => {
    throw new AtollError('DICOM_UNREADABLE', 'The DICOM converter could not be loaded.', { cause });
  });
  onProgress?.(0.1);
  // Made-up names: what the files were called is of no use to the converter.
  const named = files.map(({ bytes }, at) => new File([new Uint8Array(bytes)], `${at}.dcm`));
  const run = converter.input(named).b('y').ba('y').z('n').f('%s').w('2').run();
  const converted = await run.catch((cause: unknown) => {
    const code = /exit code (\d+)/.exec(String(cause))?.[1];
    checkExit(code === undefined ? 1 : Number(code));
    return [];
  });
  onProgress?.(0.9);
  const output = await Promise.all(
    converted.map(async (file) => ({
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  );
  return imagesOf(output);
}

/** Rejects at the time limit or on abort, whatever `work` does then. */
function within<T>(
  { signal, timeLimitMs = defaultTimeLimitMs }: ConvertOptions,
  work: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new AtollError('JOB_CANCELLED'));
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const clock = setTimeout(() => reject(new AtollError('DICOM_TIMED_OUT')), timeLimitMs);
    work.then(resolve, reject).finally(() => {
      clearTimeout(clock);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}
