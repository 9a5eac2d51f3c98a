import { AtollError } from '@atoll/errors/error';
import { isUsable } from '@atoll/volume/affine';
import type { Affine } from '@atoll/volume/volume';
import type { DataSet } from 'dicom-parser';
import { openDataSet } from '../data-set.ts';
import { bValueOf } from '../diffusion-header.ts';
import { type Elements, readIdentity } from './identity.ts';

/** One plane of pixels of a DICOM image, and all that a segmentation of it has to repeat or to refer to. */
export type SourceSlice = {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** From 1, in an image of several frames; null in an image of one. */
  readonly frameNumber: number | null;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly seriesNumber: number | null;
  readonly instanceNumber: number;
  readonly frameOfReferenceUid: string;
  readonly rows: number;
  readonly columns: number;
  /** Decimals as the source writes them, so that not a digit is lost: mm, LPS+. */
  readonly position: readonly string[];
  readonly orientation: readonly string[];
  readonly pixelSpacing: readonly string[];
  readonly sliceThickness: string | null;
  /** (column, row, mm along the normal) to world mm, RAS+. */
  readonly plane: Affine;
  readonly diffusion: Diffusion;
  /** Its pixels are many slices side by side, as Siemens writes them: its position is none of theirs. */
  readonly isMosaic: boolean;
  readonly identity: Elements;
};

/** `trace`: one image for all directions. `map`: computed (ADC, FA), no weighting. */
type Diffusion = {
  readonly bValue: number | null;
  readonly kind: 'trace' | 'map' | 'other';
};

const mostFrames = 20_000;

/**
 * Reads the header of one DICOM file: one slice, or one a frame of an enhanced image. None for what is no image
 * in a patient's space (reports, localizer pictures, …).
 * @throws AtollError DICOM_FILE_UNREADABLE
 */
export function readSourceSlices(bytes: Uint8Array): readonly SourceSlice[] {
  try {
    return slicesOf(openDataSet(bytes));
  } catch (thrown) {
    if (thrown instanceof AtollError) throw thrown;
    // Without its cause: the parser's own words may quote what it read.
    throw new AtollError('DICOM_FILE_UNREADABLE');
  }
}

function slicesOf(file: DataSet): SourceSlice[] {
  const frames = file.intString('x00280008') ?? 1;
  const perFrame = items(file, 'x52009230');
  if (frames > mostFrames || perFrame.length > mostFrames) return [];
  // Several frames that do not say where they lie.
  if (perFrame.length === 0 && frames > 1) return [];
  const identity = readIdentity(file);
  if (perFrame.length === 0) return readSlice(file, [file], null, identity);
  const shared = items(file, 'x52009229').flatMap(groupsOf);
  return perFrame.flatMap((frame, at) => readSlice(file, [...groupsOf(frame), ...shared], at + 1, identity));
}

function readSlice(
  file: DataSet,
  groups: readonly DataSet[],
  frameNumber: number | null,
  identity: Elements,
): SourceSlice[] {
  const decimals = (tag: string, count: number): readonly string[] | null => {
    const text = groups.map((group) => group.string(tag)).find((value) => value !== undefined);
    const values = text?.split('\\').map((value) => value.trim()) ?? [];
    return values.length === count && values.every((value) => value !== '' && Number.isFinite(Number(value)))
      ? values
      : null;
  };
  const uids = ['x00080016', 'x00080018', 'x0020000d', 'x0020000e', 'x00200052'].map((tag) =>
    file.string(tag),
  );
  const [sopClassUid, sopInstanceUid, studyUid, seriesUid, frameOfReferenceUid] = uids;
  const [rows, columns] = [file.uint16('x00280010'), file.uint16('x00280011')];
  const position = decimals('x00200032', 3);
  const orientation = decimals('x00200037', 6);
  const pixelSpacing = decimals('x00280030', 2);
  if (!sopClassUid || !sopInstanceUid || !studyUid || !seriesUid || !frameOfReferenceUid) return [];
  if (!rows || !columns || position === null || orientation === null || pixelSpacing === null) return [];
  const plane = planeOf(position.map(Number), orientation.map(Number), pixelSpacing.map(Number));
  if (!isUsable(plane)) return [];
  const slice = {
    ...{ sopClassUid, sopInstanceUid, frameNumber, studyUid, seriesUid, frameOfReferenceUid, rows, columns },
    seriesNumber: file.intString('x00200011') ?? null,
    instanceNumber: file.intString('x00200013') ?? 0,
    ...{ position, orientation, pixelSpacing, plane, identity },
    sliceThickness: decimals('x00180050', 1)?.[0] ?? null,
    diffusion: diffusionOf(file, groups),
    isMosaic: imageType(file).includes('MOSAIC'),
  };
  return [slice];
}

/** DICOM's world is LPS+: x and y change their sign. Pixel Spacing says first how far rows are apart. */
function planeOf(position: number[], orientation: number[], [rowMm, columnMm]: number[]): Affine {
  const alongRow = orientation.slice(0, 3);
  const downColumn = orientation.slice(3);
  const normal = [
    alongRow[1] * downColumn[2] - alongRow[2] * downColumn[1],
    alongRow[2] * downColumn[0] - alongRow[0] * downColumn[2],
    alongRow[0] * downColumn[1] - alongRow[1] * downColumn[0],
  ];
  const row = (axis: 0 | 1 | 2) => {
    const sign = axis === 2 ? 1 : -1;
    return [
      sign * alongRow[axis] * columnMm,
      sign * downColumn[axis] * rowMm,
      sign * normal[axis],
      sign * position[axis],
    ] as const;
  };
  return [row(0), row(1), row(2)];
}

function diffusionOf(file: DataSet, groups: readonly DataSet[]): Diffusion {
  const bValue = [...groups, file].map(bValueOf).find((value) => value !== null) ?? null;
  const types = imageType(file);
  const direction = groups.map((group) => group.string('x00189075')).find((value) => value !== undefined);
  const isMap = types.some((type) => ['ADC', 'EADC', 'FA', 'EXP', 'TENSOR'].includes(type));
  const isTrace = direction === 'ISOTROPIC' || types.some((type) => type.startsWith('TRACE'));
  return {
    bValue,
    kind: isMap ? 'map' : isTrace ? 'trace' : 'other',
  };
}

function imageType(file: DataSet): string[] {
  return (file.string('x00080008') ?? '').toUpperCase().split('\\');
}

/** The functional groups of a frame: the items of all its sequences. */
function groupsOf(item: DataSet): DataSet[] {
  return Object.keys(item.elements).flatMap((tag) => items(item, tag));
}

function items(dataSet: DataSet, tag: string): DataSet[] {
  return dataSet.elements[tag]?.items?.flatMap((item) => item.dataSet ?? []) ?? [];
}
