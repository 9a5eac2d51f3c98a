import { compose, invert } from '@atoll/volume/affine';
import type { Affine } from '@atoll/volume/volume';
import type { HeadFrame } from './anatomy.ts';

/** Angles in radians: yaw turns the head to its left, roll tilts it to its shoulder, pitch nods. */
export type Turn = { readonly yaw: number; readonly roll: number; readonly pitch: number };

/** A rotation of the world about the middle of the brain, in the head's own axes. */
export function rotationAbout(frame: HeadFrame, { yaw, roll, pitch }: Turn): Affine {
  const turn: Affine = [
    [Math.cos(yaw), -Math.sin(yaw), 0, 0],
    [Math.sin(yaw), Math.cos(yaw), 0, 0],
    [0, 0, 1, 0],
  ];
  const tilt: Affine = [
    [Math.cos(roll), 0, Math.sin(roll), 0],
    [0, 1, 0, 0],
    [-Math.sin(roll), 0, Math.cos(roll), 0],
  ];
  const nod: Affine = [
    [1, 0, 0, 0],
    [0, Math.cos(pitch), -Math.sin(pitch), 0],
    [0, Math.sin(pitch), Math.cos(pitch), 0],
  ];
  return compose(invert(frame), compose(turn, compose(tilt, compose(nod, frame))));
}
