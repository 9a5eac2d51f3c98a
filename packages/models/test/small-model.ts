import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenDescription } from '../src/description.ts';
import { descriptionName } from '../src/description-name.ts';
import { type WrittenNetwork, writeOnnx } from './onnx-writer.ts';

/** Marks what is bright on DWI and low in ADC, both as z-scores: crude, and enough to tell where an infarct is. */
export const infarctNetwork: WrittenNetwork = {
  patch: [8, 16, 16],
  inputs: 2,
  outputs: [
    { weights: [0, 0], constant: 0 },
    { weights: [8, -2], constant: -13 },
  ],
};

export const smallDescription = {
  atollModel: 1,
  id: 'small',
  title: 'Small model',
  version: '1.2.3',
  description: 'A model for tests.',
  licence: 'CC-BY-4.0',
  citations: ['Somebody. A model for tests. 2026.'],
  inputs: [
    { role: 'dwi', normalisation: { scheme: 'z-score' } },
    { role: 'adc', normalisation: { scheme: 'z-score' } },
  ],
  orientation: 'as-stored',
  axes: ['z', 'y', 'x'],
  spacingMm: [5, 4, 4],
  patch: [8, 16, 16],
  mirrorAxes: [2],
  output: { kind: 'softmax', channels: 2, marked: [1] },
} satisfies Omit<GivenDescription, 'folds'>;

/** A folder as whoever adds a model has it. */
export function writeModelFolder(
  description: Partial<GivenDescription> = {},
  networks: readonly (WrittenNetwork | Uint8Array)[] = [infarctNetwork],
  folder = mkdtempSync(join(tmpdir(), 'atoll-model-')),
): string {
  mkdirSync(folder, { recursive: true });
  const folds = networks.map((network, fold) => {
    const bytes = network instanceof Uint8Array ? network : writeOnnx(network);
    const file = `fold_${fold}.onnx`;
    writeFileSync(join(folder, file), bytes);
    return { file, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  writeFileSync(
    join(folder, descriptionName),
    JSON.stringify({ ...smallDescription, folds, ...description }),
  );
  return folder;
}
