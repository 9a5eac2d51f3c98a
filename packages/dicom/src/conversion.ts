import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import type { ConvertAnswer, ConverterOutput } from './compiled.ts';
import type { Conversion, ConvertedImage, DicomFile } from './convert.ts';
import { converterWarnings } from './converter-words.ts';

/** What both converters have in common: their limits, the converter's arguments, and how its files are read. */

export const defaultTimeLimitMs = 120_000;

/** All files of one series; the converter holds them, its own copy and the result at once. */
const maxSeriesBytes = 2 ** 30;

/** Sidecar without names, unpacked NIfTI, named by the UID of the series alone: a description may hold anything. */
export const converterArguments = ['-b', 'y', '-ba', 'y', '-z', 'n', '-f', '%j', '-w', '2'] as const;

/** @throws AtollError DICOM_TOO_LARGE */
export function checkSeriesSize(files: readonly DicomFile[]): void {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > maxSeriesBytes) {
    throw new AtollError(
      'DICOM_TOO_LARGE',
      `The series is ${Math.ceil(total / 1e6)} MB; Atoll converts up to ${Math.floor(maxSeriesBytes / 1e6)} MB.`,
    );
  }
}

/** What a conversion came to. @throws AtollError DICOM_UNREADABLE when there is no image, with what the converter says. */
export function conversionOf(answer: Extract<ConvertAnswer, { kind: 'done' }>): Conversion {
  const warnings = converterWarnings(answer.lines);
  const says = warnings.map(({ message }) => message).join(' ');
  checkExit(answer.exitCode, says);
  const images = imagesOf(answer.output);
  if (images.length === 0) throw new AtollError('DICOM_UNREADABLE', unreadable(says));
  return { images, warnings };
}

function unreadable(says: string): string | undefined {
  return says === '' ? undefined : `The DICOM series could not be converted. ${says}`;
}

/** Images with their sidecars. */
function imagesOf(output: readonly ConverterOutput[]): ConvertedImage[] {
  const find = (name: string) => output.find((file) => file.name === name)?.bytes;
  const text = (bytes: Uint8Array | undefined) =>
    bytes === undefined ? null : new TextDecoder().decode(bytes);
  const images = output.flatMap(({ name: file, bytes }): ConvertedImage[] => {
    if (!file.endsWith('.nii')) return [];
    const name = file.slice(0, -'.nii'.length);
    return [
      {
        name,
        nifti: bytes,
        json: harmless(text(find(`${name}.json`))),
        bval: text(find(`${name}.bval`)),
        bvec: text(find(`${name}.bvec`)),
      },
    ];
  });
  return images;
}

/** What a sidecar is kept for; hospital, device, dates and whatever else it may hold is not. */
const SideCar = z.object({
  Modality: z.string().optional().catch(undefined),
  Manufacturer: z.string().optional().catch(undefined),
  SeriesDescription: z.string().optional().catch(undefined),
  ProtocolName: z.string().optional().catch(undefined),
  SeriesNumber: z.number().optional().catch(undefined),
  ImageType: z.array(z.string()).optional().catch(undefined),
  EchoTime: z.number().optional().catch(undefined),
  RepetitionTime: z.number().optional().catch(undefined),
  InversionTime: z.number().optional().catch(undefined),
  ConversionSoftware: z.string().optional().catch(undefined),
  ConversionSoftwareVersion: z.string().optional().catch(undefined),
});

function harmless(json: string | null): string | null {
  if (json === null) return null;
  try {
    return JSON.stringify(SideCar.parse(JSON.parse(json)));
  } catch {
    return null;
  }
}

/** What the converter's exit code stands for. 3: some files of several could not be converted. */
function checkExit(code: number, says: string): void {
  if (code === 0 || code === 3) return;
  throw new AtollError(
    'DICOM_UNREADABLE',
    code === 2 ? 'The converter found no DICOM image in the series.' : unreadable(says),
  );
}
