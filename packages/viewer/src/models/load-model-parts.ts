/** All that keeps, checks and runs models: a chunk of its own, which comes with local images or with the first model. */
export function loadModelParts(): Promise<typeof import('./model-parts.ts')> {
  return import('./model-parts.ts');
}
