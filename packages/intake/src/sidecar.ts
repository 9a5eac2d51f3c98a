import type { Vec3 } from '@atoll/volume/volume';
import { z } from 'zod';

/** What a BIDS sidecar says that helps to tell images apart. Nothing in it names a patient. */
export type SideCar = {
  readonly seriesDescription: string | null;
  readonly protocolName: string | null;
  readonly imageType: readonly string[];
  readonly seriesNumber: number | null;
};

const text = z.string().max(1000).nullable().catch(null);
const Stored = z.object({
  SeriesDescription: text.default(null),
  ProtocolName: text.default(null),
  ImageType: z.array(z.string().max(100)).max(50).catch([]).default([]),
  SeriesNumber: z.number().nullable().catch(null).default(null),
});

/** A sidecar's JSON; null when it is none. Fields of another type than they should have are passed over. */
export function parseSideCar(json: string): SideCar | null {
  let stored: z.infer<typeof Stored>;
  try {
    stored = Stored.parse(JSON.parse(json));
  } catch {
    return null;
  }
  return {
    seriesDescription: stored.SeriesDescription,
    protocolName: stored.ProtocolName,
    imageType: stored.ImageType,
    seriesNumber: stored.SeriesNumber,
  };
}

/** b-values in FSL's text form; null unless there is one finite number, not negative, for each volume. */
export function parseBValues(text: string, volumes: number): number[] | null {
  const words = text.trim().split(/[\s,]+/);
  const values = words.map(Number);
  const sound = values.length === volumes && values.every((value) => value >= 0 && Number.isFinite(value));
  return sound ? values : null;
}

/**
 * Gradient directions in FSL's text form (three lines of one number a volume; some write a line of three a volume);
 * null for a volume without. null unless they fit the number of volumes.
 */
export function parseDirections(text: string, volumes: number): (Vec3 | null)[] | null {
  const lines = text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      line
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    );
  const isTransposed = lines.length === volumes && lines.every(({ length }) => length === 3) && volumes !== 3;
  const isUsual = lines.length === 3 && lines.every(({ length }) => length === volumes);
  if ((!isTransposed && !isUsual) || lines.flat().some((value) => !Number.isFinite(value))) return null;
  return Array.from({ length: volumes }, (_, volume) => {
    const along: Vec3 = isUsual
      ? [lines[0][volume], lines[1][volume], lines[2][volume]]
      : [lines[volume][0], lines[volume][1], lines[volume][2]];
    return Math.hypot(...along) < 1e-6 ? null : along;
  });
}
