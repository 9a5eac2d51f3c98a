import type { TestProject } from 'vitest/node';
import { whyBasesDoNotRun } from '../../scripts/containers/bases.ts';
import { type ContainerEngine, ensureContainerEngine } from '../../scripts/containers/engine.ts';
import { buildImages } from '../../scripts/containers/images.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    hasContainers: boolean;
  }
}

/** Once before all tests of containers: the images are built that they run. */
export default function setup({ provide }: TestProject): void {
  const engine = usableEngine();
  provide('hasContainers', typeof engine !== 'string');
  if (typeof engine === 'string') console.error(`The tests of containers are skipped: ${engine}.`);
  else buildImages(engine);
}

/** @returns why containers cannot be had: what this machine lacks or forbids is no fault of what is tested. */
function usableEngine(): ContainerEngine | string {
  const engine = ensureContainerEngine();
  return typeof engine === 'string' ? engine : (whyBasesDoNotRun(engine) ?? engine);
}
