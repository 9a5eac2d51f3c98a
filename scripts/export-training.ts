/**
 * Writes what the detector in training/ is trained and judged on: maps of the embedded engine on a grid of 2 mm in
 * plane, as NumPy's .npz. The maps come from the engine's own steps, so that a network sees in training what it will
 * see in a run.
 *
 *   npm run export:training [-- --out training/data]
 *
 * anatomies.npz: heads without a lesion, into which training/synthesis.py pastes infarcts.
 * trials.npz: whole volumes to judge by: the stress suite's pasted infarcts, the heads as they are, and patients.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findBrain } from '@atoll/engines/diffusion/brain';
import { onBrain } from '@atoll/engines/diffusion/brain-box';
import { findMidPlane } from '@atoll/engines/diffusion/midplane';
import { mirroredMaximum } from '@atoll/engines/diffusion/mirror';
import { presets } from '@atoll/engines/diffusion/parameters';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { computeScores } from '@atoll/engines/diffusion/scores';
import { clean } from '@atoll/engines/diffusion/units';
import { phantomCases } from '@atoll/phantom/specs';
import { type Anatomy, type Subject, untouched } from '@atoll/stress/anatomy';
import { anatomies, phantomAnatomy } from '@atoll/stress/heads';
import { countFor } from '@atoll/stress/plan';
import { score } from '@atoll/stress/scoring';
import { paste } from '@atoll/stress/synthesis';
import { scaling, spacingMm as spacingOf } from '@atoll/volume/affine';
import { boundingBox, cropMask } from '@atoll/volume/morphology';
import { toCanonical } from '@atoll/volume/orientation';
import { resampleLinear, resampleNearest } from '@atoll/volume/resample';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { zipSync } from 'fflate';

/** Millimetres of a pixel of the network's grid; slices stay as they are. */
const pixelMm = 2;
/** Stored whole numbers per unit: ln DWI over its background, and ADC in 10⁻⁶ mm²/s. */
const steps = { log: 100, adc: 1 / 8 };

type Maps = {
  readonly shape: Vec3;
  readonly sliceMm: number;
  /** Change of ln DWI per 10⁻⁶ mm²/s of calibrated ADC. */
  readonly logPerAdc: number;
  /** Mid-plane: normal · (x, y, z in mm from the first voxel) = offsetMm. */
  readonly normal: Vec3;
  readonly offsetMm: number;
  readonly log: Int16Array;
  readonly adc: Int16Array;
  readonly mirroredLog: Int16Array;
  readonly mirroredAdc: Int16Array;
  /** 1 brain, 2 tissue, 4 an infarct that was there before. */
  readonly mask: Uint8Array;
  /** Pasted infarcts, numbered. */
  readonly lesions: Uint8Array;
};

/** The embedded engine's steps up to its contrast, then onto the network's grid. null where it finds no brain. */
function mapsOf(subject: Subject, tissue: Anatomy['tissue']): Maps | null {
  const dwi = toCanonical(subject.dwi);
  const adc = toCanonical(subject.adc);
  clean(dwi.data);
  const spacing = spacingOf(dwi.affine);
  const whole = findBrain(dwi.data, adc.data, dwi.shape, spacing);
  const box = whole === null ? null : boundingBox(whole.mask, dwi.shape);
  if (whole === null || box === null) return null;
  const { work, shape, brain, adcScale, smoothDwi, smoothAdc } = onBrain(
    { dwi: dwi.data, adc: adc.data, shape: dwi.shape, spacingMm: spacing, brain: whole, box },
    presets.balanced,
  );
  const plane = findMidPlane(smoothAdc, brain, shape, spacing);
  const ground = { shape, spacingMm: spacing, brain, adc: smoothAdc, parameters: presets.balanced };
  const scores = computeScores(ground, smoothDwi, plane);

  // Both grids begin at the same voxel, so that the plane's millimetres stay what they are.
  const from = { shape, affine: scaling(spacing) };
  const size = (axis: 0 | 1) => Math.floor(((shape[axis] - 1) * spacing[axis]) / pixelMm) + 1;
  const grid: Grid = {
    shape: [size(0), size(1), shape[2]],
    affine: scaling([pixelMm, pixelMm, spacing[2]]),
  };
  const labels = (data: Uint8Array) => resampleNearest({ ...from, data }, grid).data;
  const cropped = (mask: Subject['brain']) => labels(cropMask(toCanonical(mask).data, dwi.shape, work));
  const inside = labels(brain);
  const within = (data: Float32Array, outside: number) => {
    const filled = data.map((value, at) => (brain[at] === 0 ? outside : value));
    const onto = resampleLinear({ ...from, data: filled }, grid).data;
    return onto.map((value, at) => (inside[at] === 0 ? outside : value));
  };
  const log = within(
    scores.z.map((value) => value * scores.sigma),
    -1,
  );
  const calibrated = within(smoothAdc, 3000);
  const reach: Vec3 = [2, 2, spacing[2] > 3.5 ? 0 : Math.max(1, Math.round(3 / spacing[2]))];
  const gridMm: Vec3 = [pixelMm, pixelMm, spacing[2]];
  const mirrored = (field: Float32Array, absent: number) =>
    mirroredMaximum(field, { mask: inside, shape: grid.shape, spacingMm: gridMm }, plane, { reach, absent });
  const tissueHere = cropped(tissue);
  const known = subject.known === null ? null : cropped(subject.known);
  const whole16 = (data: Float32Array, step: number) =>
    Int16Array.from(data, (value, at) => (inside[at] === 0 ? 0 : Math.round(value * step)));
  return {
    shape: grid.shape,
    sliceMm: spacing[2],
    logPerAdc: (subject.bValue * 1e-6) / adcScale,
    normal: plane.normal,
    offsetMm: plane.offsetMm,
    log: whole16(log, steps.log),
    adc: whole16(calibrated, steps.adc),
    mirroredLog: whole16(mirrored(log, -1), steps.log),
    // The lowest ADC around the mirrored place: the largest of the negative.
    mirroredAdc: whole16(
      mirrored(
        calibrated.map((value) => -value),
        -3000,
      ).map((value) => -value),
      steps.adc,
    ),
    mask: inside.map((value, at) => (value === 0 ? 0 : 1 + 2 * tissueHere[at] + 4 * (known?.[at] ?? 0))),
    lesions: cropped(subject.lesions),
  };
}

/** An array as NumPy stores it; z is the slowest axis. Source: NEP 1, version 1.0. */
function npy(data: Int16Array | Uint8Array, [nx, ny, nz]: Vec3): Uint8Array {
  const type = data instanceof Uint8Array ? '|u1' : '<i2';
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${nz}, ${ny}, ${nx}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const head = `\x93NUMPY\x01\x00${String.fromCharCode((length - 10) & 255, (length - 10) >> 8)}${text}`;
  const bytes = new Uint8Array(length + data.byteLength).fill(0x20, 0, length);
  for (let at = 0; at < head.length; at++) bytes[at] = head.charCodeAt(at);
  bytes[length - 1] = 0x0a;
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), length);
  return bytes;
}

class Archive {
  readonly #files: Record<string, Uint8Array> = {};
  readonly #about: Record<string, unknown> = {};

  add(id: string, maps: Maps, about: Record<string, unknown>): void {
    const { log, adc, mirroredLog, mirroredAdc, mask, lesions, ...rest } = maps;
    const arrays = { log, adc, mirroredLog, mirroredAdc, mask, lesions };
    for (const [name, data] of Object.entries(arrays)) {
      this.#files[`${id}/${name}.npy`] = npy(data, maps.shape);
    }
    this.#about[id] = { ...about, ...rest };
    console.error(`${id}: ${maps.shape.join(' × ')}`);
  }

  async write(file: string): Promise<void> {
    const about = new TextEncoder().encode(JSON.stringify({ steps, pixelMm, heads: this.#about }));
    const bytes = zipSync({ ...this.#files, 'about.json': about }, { level: 9 });
    await writeFile(file, bytes);
    console.log(`${file}: ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
}

const { values: options } = parseArgs({ options: { out: { type: 'string', default: 'training/data' } } });
await mkdir(options.out, { recursive: true });
const all = await anatomies();
const training = new Archive();
const trials = new Archive();
for (const head of all) {
  const { id, family, healthy, tissue } = head;
  const phantom = id.startsWith('phantom');
  const maps = mapsOf(untouched(head), tissue);
  if (maps === null) {
    console.error(`${id}: no brain, left out`);
    continue;
  }
  if (healthy) training.add(id, maps, { family, phantom });
  if (phantom) continue;
  trials.add(id, maps, { family, kind: healthy ? 'healthy' : 'patient', head: id });
  if (!healthy) continue;
  for (const ml of [0.05, 0.1, 0.3, 1, 3]) {
    const made = paste(head, { ml, seed: 1, count: countFor(ml) });
    const pasted = made === null ? null : mapsOf(made.subject, tissue);
    if (made === null || pasted === null) continue;
    const { dwi, adc, lesionMl } = made.subject;
    const { lesions } = score(segmentDiffusion({ dwi, adc }, 'balanced').mask, made.subject);
    trials.add(`${id}+${ml}`, pasted, {
      family,
      kind: 'pasted',
      head: id,
      ml,
      lesionMl,
      // The labels of those that the rules alone find.
      foundByRules: lesions.filter(({ found }) => found).map(({ at }) => at + 1),
    });
  }
}
// More anatomies: the other phantoms, each with a head of its own.
for (const { id, spec } of phantomCases) {
  if (all.some((head) => head.id === id)) continue;
  const head = await phantomAnatomy(id, spec);
  const maps = mapsOf(untouched(head), head.tissue);
  if (maps !== null) training.add(id, maps, { family: id, phantom: true });
}
await training.write(path.join(options.out, 'anatomies.npz'));
await trials.write(path.join(options.out, 'trials.npz'));
