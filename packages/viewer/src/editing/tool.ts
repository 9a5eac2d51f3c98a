import { type Limits, noLimits } from '@atoll/editor/limits';
import { usualRegion } from '@atoll/editor/region';

export type ToolName = 'move' | 'brush' | 'eraser' | 'region';

/** What the pointer does on the images. */
export type Tool = {
  readonly name: ToolName;
  readonly radiusMm: number;
  /** A ball through several slices, and not a disc in one. */
  readonly isBall: boolean;
  readonly limits: Limits;
  /** How far a clicked region goes towards healthy tissue, 0–1. */
  readonly reach: number;
};

export const firstTool: Tool = {
  name: 'brush',
  radiusMm: 5,
  isBall: false,
  limits: noLimits,
  reach: usualRegion.reach,
};

export const radiusBoundsMm = { least: 0.5, most: 30 } as const;

/** The next brush up or down, in steps that are felt alike. */
export function resized({ radiusMm }: Pick<Tool, 'radiusMm'>, direction: 1 | -1): number {
  const step = radiusMm < 3 ? 0.5 : radiusMm < 10 ? 1 : 2;
  const next = Math.round(2 * (radiusMm + direction * step)) / 2;
  return Math.max(radiusBoundsMm.least, Math.min(radiusBoundsMm.most, next));
}
