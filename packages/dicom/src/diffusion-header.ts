import type { DataSet } from 'dicom-parser';
import { finite } from './data-set.ts';

/** Three numbers: a position in DICOM's millimetres, or a direction. */
export type Triple = readonly [number, number, number];

/**
 * What one image says of its diffusion weighting. `isotropic` is a trace that the scanner combined; `directional` one
 * direction; `none` a b0.
 */
export type Directionality = 'directional' | 'isotropic' | 'none';

/** Far more than any scanner measures, s/mm²; what is higher was read wrongly. */
const highestBValue = 100_000;

/** GE adds 10⁹, and where an archive has joined it with others also 10⁸ or less. */
const geOffset = 100_000;

/**
 * b-value in s/mm²: DICOM's own element; else those of Siemens, Philips, GE and United Imaging. In Implicit VR and in
 * UN their type is not given, and is known by whose element it is.
 */
export function bValueOf(dataSet: DataSet): number | null {
  const found =
    doubleOf(dataSet, 'x00189087') ??
    textNumber(dataSet, 'x0019100c', 'IS') ??
    floatOf(dataSet, 'x20011003') ??
    geBValue(dataSet) ??
    doubleOf(dataSet, 'x00651009', 'FD');
  return found === null || !(found >= 0 && found <= highestBValue) ? null : found;
}

/** Of the diffusion gradient; null where none is named or all three are 0. */
export function directionOf(dataSet: DataSet): Triple | null {
  const found =
    doublesOf(dataSet, 'x00189089') ??
    doublesOf(dataSet, 'x0019100e') ??
    tripleOf(['x200510b0', 'x200510b1', 'x200510b2'].map((tag) => floatOf(dataSet, tag))) ??
    tripleOf(['x001910bb', 'x001910bc', 'x001910bd'].map((tag) => textNumber(dataSet, tag, 'DS'))) ??
    doublesOf(dataSet, 'x00651037');
  return found === null || found.every((each) => each === 0) ? null : found;
}

export function directionalityOf(dataSet: DataSet): Directionality | null {
  const words = ['x00189075', 'x0019100d', 'x20011004'].map(
    (tag) => textOf(dataSet, tag)?.toUpperCase() ?? '',
  );
  if (words.some((word) => /^(ISOTROPIC|I)$/.test(word))) return 'isotropic';
  if (words.some((word) => /^(DIRECTIONAL|BMATRIX|S|P|M|O)$/.test(word))) return 'directional';
  return words.some((word) => /^(NONE|N)$/.test(word)) ? 'none' : null;
}

function geBValue(dataSet: DataSet): number | null {
  const value = textNumber(dataSet, 'x00431039', 'IS');
  return value === null ? null : value % geOffset;
}

/** Text in an element of this type, or of none that is told. */
function textOf(dataSet: DataSet, tag: string): string | null {
  const element = dataSet.elements[tag];
  if (element === undefined || element.length > 256) return null;
  const text = dataSet.string(tag)?.trim() ?? '';
  return /^[\x20-\x7e]+$/.test(text) ? text : null;
}

function isOf(dataSet: DataSet, tag: string, vr: string): boolean {
  const element = dataSet.elements[tag];
  return element !== undefined && (element.vr === undefined || element.vr === 'UN' || element.vr === vr);
}

function textNumber(dataSet: DataSet, tag: string, vr: string): number | null {
  if (!isOf(dataSet, tag, vr)) return null;
  const [first] = (textOf(dataSet, tag) ?? '').split('\\');
  return /^[-+.\dEe\s]+$/.test(first) ? finite(Number(first)) : null;
}

function floatOf(dataSet: DataSet, tag: string): number | null {
  if (!isOf(dataSet, tag, 'FL') || dataSet.elements[tag].length !== 4) return null;
  return finite(dataSet.float(tag));
}

function doubleOf(dataSet: DataSet, tag: string, vr = 'FD'): number | null {
  if (!isOf(dataSet, tag, vr) || dataSet.elements[tag].length !== 8) return null;
  return finite(dataSet.double(tag));
}

function doublesOf(dataSet: DataSet, tag: string): Triple | null {
  if (!isOf(dataSet, tag, 'FD') || dataSet.elements[tag].length !== 24) return null;
  return tripleOf([0, 1, 2].map((at) => finite(dataSet.double(tag, at))));
}

function tripleOf(numbers: readonly (number | null)[]): Triple | null {
  const [x, y, z] = numbers;
  return x === null || y === null || z === null || x === undefined ? null : [x, y, z];
}
