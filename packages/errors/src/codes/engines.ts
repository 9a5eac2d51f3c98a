import { anywhere, type CatalogueRow } from '../row.ts';

/** Engines, and how they end. */
export const enginesCodes = {
  ENGINE_UNKNOWN: {
    status: 400,
    sentence: 'There is no engine with this name.',
    action: 'List the engines with GET /api/engines or `atoll doctor`.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  ENSEMBLE_INVALID: {
    status: 400,
    sentence: 'These engines make no ensemble.',
    action: 'Join two to five different engines by a plus sign, such as diffusion+lab-stroke.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  ENGINE_REMOVED: {
    status: 409,
    sentence: 'The engine was removed after this job was queued.',
    action: 'Run the case with another engine, or add the model again with `atoll models add`.',
    retry: 'never',
    where: ['job'],
  },
  PRESET_UNKNOWN: {
    status: 422,
    sentence: 'The engine has no preset with this name.',
    action: 'List the presets with GET /api/engines or `atoll doctor`.',
    retry: 'never',
    where: anywhere,
  },
  OPTION_UNKNOWN: {
    status: 422,
    sentence: 'The engine has no option with this name.',
    action: 'List the options with GET /api/engines or `atoll doctor`.',
    retry: 'never',
    where: anywhere,
  },
  ENGINE_UNAVAILABLE: {
    status: 409,
    sentence: 'This engine cannot run here.',
    action: 'See GET /api/engines or `atoll doctor` for the reason and the remedy.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  ENGINE_FAILED: {
    status: 500,
    sentence: 'The engine stopped with an error.',
    action: 'Try again; if it fails again, report the error code and the version.',
    retry: 'soon',
    where: anywhere,
  },
  ENGINE_OUT_OF_MEMORY: {
    status: 409,
    sentence: 'The engine ran out of memory.',
    action: 'Try again when the machine is less busy, or run the models one at a time.',
    retry: 'never',
    where: anywhere,
  },
  ENGINE_TIMED_OUT: {
    status: 409,
    sentence: 'The engine took far longer than images of this size require and was stopped.',
    action: 'Try again when the machine is less busy; if it happens again, report it with the version.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
} as const satisfies Record<string, CatalogueRow>;
