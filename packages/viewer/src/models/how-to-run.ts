import { presetChoices } from '@atoll/engines/diffusion/placed-engine';
import { stages } from '@atoll/engines/diffusion/stages';
import { modelPresets, modelStages } from '@atoll/models/presets';
import type { KeptModel } from './kept-model.ts';

/** Which engine runs a local case, and how. */
export type HowToRun = {
  /** null: the embedded engine. */
  readonly model: KeptModel | null;
  readonly preset: string;
};

export const presetsOf = (model: KeptModel | null) => (model === null ? presetChoices : modelPresets);
export const stagesOf = (model: KeptModel | null) => (model === null ? stages : modelStages);
