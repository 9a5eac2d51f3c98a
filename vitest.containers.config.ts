import { defineConfig } from 'vitest/config';

/** The tests of what is deployed, in real containers: apart from the others, for they share the images they run. */
export default defineConfig({
  test: {
    include: ['tests/containers/**/*.test.ts'],
    globalSetup: 'tests/containers/build.ts',
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
    // Where there are no containers every file is skipped, which the test command says in a word.
    passWithNoTests: true,
  },
});
