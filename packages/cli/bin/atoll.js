#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// In JavaScript and before any import of ours: else types are stripped from every file at each start, here and
// in the engine's thread, at a quarter of a second and 40 MB. A cache that cannot be written is no fault.
const { directory } = enableCompileCache();
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
await import('../src/atoll.ts');
