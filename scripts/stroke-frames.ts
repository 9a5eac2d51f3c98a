import { MaskEditor } from '@atoll/editor/mask-editor';
import type { Affine, Vec3 } from '@atoll/volume/volume';
import { type EditColours, sliceColours } from '../packages/viewer/src/editing/edit-picture.ts';

/** 256 × 256 voxels of 0.9 mm in 60 slices of 2.5 mm, a little oblique. */
const shape: Vec3 = [256, 256, 60];
const affine: Affine = [
  [-0.89, 0.06, 0.1, 112],
  [0.06, 0.89, 0.2, -120],
  [-0.03, -0.07, 2.49, -70],
];

/** Between two frames of a quick hand the pointer goes so many voxels. */
const voxelsPerFrame = 12;

/**
 * What the editor does in one frame of a stroke, in ms: a ball of 15 mm that goes quickly to and fro, limited by both
 * images, on a large case; the volume under it, and the slice on show as pixels. What the canvas or the GPU then does
 * with them is not in it.
 */
export function strokeFrames(frames: number): number[] {
  const voxels = shape[0] * shape[1] * shape[2];
  const dwi = Float32Array.from({ length: voxels }, (_, at) => (at * 7919) % 400);
  const adc = Float32Array.from({ length: voxels }, (_, at) => (at * 104_729) % 1500);
  const editor = new MaskEditor({ shape, affine, data: new Uint8Array(voxels) }, { dwi, adc });
  editor.limits = { dwi: { low: 100, high: 400 }, adc: { low: 0, high: 900 }, invert: false };
  const colours: EditColours = { mask: [255, 159, 28, 150], preview: [0, 158, 115, 190] };
  const pixels = new Uint32Array(shape[0] * shape[1]);
  const times: number[] = [];
  let value: 0 | 1 = 1;
  editor.putDown({ radiusMm: 15, axis: null }, value, [40, 128, 30]);
  for (let n = 0; n < frames; n++) {
    const x = 40 + ((n * voxelsPerFrame) % 176);
    if (n > 0 && (n * voxelsPerFrame) % 176 < voxelsPerFrame) {
      editor.lift();
      value = value === 1 ? 0 : 1;
      editor.putDown({ radiusMm: 15, axis: null }, value, [40, 128, 30]);
    }
    const start = performance.now();
    editor.draw([x, 128 + 30 * Math.sin(n / 7), 30 + 8 * Math.sin(n / 11)]);
    sliceColours(editor.mask, null, { axis: 2, slice: 30 }, colours, pixels);
    if (!(editor.volumeMl >= 0)) throw new Error('The brush has no volume.');
    times.push(performance.now() - start);
  }
  return times;
}
