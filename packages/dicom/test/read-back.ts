import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { dciodvfyProgram, debianPython, ensureDicomTools } from '../../../scripts/dicom-tools.ts';

const Vector = z.array(z.number());
const ReadBack = z.object({
  sopClass: z.string(),
  type: z.string(),
  segments: z.int(),
  property: z.string(),
  algorithm: z.string(),
  patient: z.string(),
  patientId: z.string(),
  study: z.string(),
  series: z.string(),
  instance: z.string(),
  frameOfReference: z.string(),
  description: z.string(),
  orientation: Vector,
  referencedSeries: z.string(),
  referencedInstances: z.array(z.string()),
  frames: z.array(
    z.object({
      position: Vector,
      marked: z.int(),
      source: z.string(),
      sourceFrame: z.int(),
      index: z.array(z.int()),
    }),
  ),
  points: z.array(Vector),
  /** The bytes of Pixel Data. */
  pixelData: z.string(),
});

/** What pydicom reads in segmentations. */
export function readWithPydicom(segmentations: readonly Uint8Array[]): z.infer<typeof ReadBack>[] {
  const script = join(import.meta.dirname, 'read-segmentation.py');
  return inFiles(segmentations, (paths) => {
    const { stdout, stderr, status } = spawnSync(debianPython, [script, ...paths], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return z.array(ReadBack).parse(JSON.parse(stdout));
  });
}

/** What dciodvfy, which checks files against the standard's object definitions, finds wrong. */
export function faults(file: Uint8Array, kind = 'Segmentation'): string[] {
  return inFiles([file], ([path]) => {
    const { stdout, stderr } = spawnSync(dciodvfyProgram, [path], { encoding: 'utf8' });
    const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
    // It names the kind of object that it has checked.
    if (!lines.includes(kind)) return ['was not checked', ...lines];
    return lines.filter((line) => line !== '' && line !== kind);
  });
}

const Item = z.object({ name: z.string(), value: z.string(), depth: z.int() });
const ReadDocument = z.object({
  sopClass: z.string(),
  modality: z.string(),
  patient: z.string(),
  study: z.string(),
  series: z.string(),
  instance: z.string(),
  verification: z.string(),
  /** Of a structured report: its tree in order. */
  items: z.array(Item),
  referencedInstances: z.array(z.string()),
  /** Of an encapsulated document, in hexadecimal. */
  document: z.string(),
});

/** What pydicom reads in structured reports and encapsulated documents. */
export function readDocuments(documents: readonly Uint8Array[]): z.infer<typeof ReadDocument>[] {
  const script = join(import.meta.dirname, 'read-document.py');
  return inFiles(documents, (paths) => {
    const { stdout, stderr, status } = spawnSync(debianPython, [script, ...paths], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return z.array(ReadDocument).parse(JSON.parse(stdout));
  });
}

function inFiles<T>(files: readonly Uint8Array[], use: (paths: string[]) => T): T {
  ensureDicomTools();
  const folder = mkdtempSync(join(tmpdir(), 'atoll-seg-'));
  try {
    const paths = files.map((bytes, at) => {
      const path = join(folder, `${at}.dcm`);
      writeFileSync(path, bytes);
      return path;
    });
    return use(paths);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
