import type { TestProject } from 'vitest/node';
import { ensureContainerEngine } from '../../scripts/containers/engine.ts';
import { buildImages } from '../../scripts/containers/images.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    hasContainers: boolean;
  }
}

/** Once before all tests of containers: the images are built that they run. */
export default function setup({ provide }: TestProject): void {
  const engine = ensureContainerEngine();
  provide('hasContainers', typeof engine !== 'string');
  if (typeof engine === 'string') console.error(`The tests of containers are skipped: ${engine}.`);
  else buildImages(engine);
}
