import { AtollError } from '@atoll/errors/error';
import type { Segmentation, SegmentOptions, Study } from '../engine.ts';
import { asEngineFault } from './fault.ts';
import type { PresetId } from './parameters.ts';
import { segmentDiffusion } from './pipeline.ts';

/**
 * Computes where it is called, and holds that thread until it is done: for a worker of a page, which is ended
 * when the work is not wanted any more. Takes part in nothing of Node.
 * @throws AtollError STUDY_*, JOB_CANCELLED when aborted before, ENGINE_FAILED.
 */
export async function segmentHere(
  study: Study,
  preset: PresetId,
  { signal, onProgress }: Pick<SegmentOptions, 'signal' | 'onProgress'> = {},
): Promise<Segmentation> {
  if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
  try {
    return segmentDiffusion(study, preset, onProgress);
  } catch (thrown) {
    throw asEngineFault(thrown);
  }
}
