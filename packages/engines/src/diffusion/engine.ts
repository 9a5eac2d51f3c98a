import { PlacedDiffusionEngine } from './placed-engine.ts';
import { prepareThread, segmentInThread } from './thread.ts';

/** The embedded engine in Node: it computes in a worker thread. */
export class DiffusionEngine extends PlacedDiffusionEngine {
  constructor() {
    super({ segment: segmentInThread, prepare: prepareThread });
  }
}
