import { segmentHere } from '@atoll/engines/diffusion/here';
import { PlacedDiffusionEngine } from '@atoll/engines/diffusion/placed-engine';
import { runLocally } from './run-locally.ts';
import type { LocalTask } from './task.ts';

const engine = new PlacedDiffusionEngine({ segment: segmentHere });

/** The far side of run-in-worker.ts: one case by the embedded engine, then no other. */
self.onmessage = ({ data }: MessageEvent<LocalTask>) =>
  runLocally(engine, data, (message) => self.postMessage(message));
