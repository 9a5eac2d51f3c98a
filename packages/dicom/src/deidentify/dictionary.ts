/// <reference path="../dcmjs.d.ts" />
import dcmjs from 'dcmjs';

const { dictionary } = dcmjs.data.DicomMetaDictionary;

/** The type that the standard gives an attribute; null for one that it does not know. @param tag as `ggggeeee`. */
export function vrOf(tag: string): string | null {
  const entry = dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase()];
  return entry?.vr ?? null;
}
