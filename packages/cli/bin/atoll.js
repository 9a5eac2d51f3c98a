#!/usr/bin/env node
import './check-node.js';
import './give-memory-back.js';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ownFolder } from '@atoll/store/own-folder';
import { readEnvFile } from './env-file.js';

// Beside .env.example, never in the folder that this happens to be called in: that may be anybody's.
const envFault = readEnvFile(join(import.meta.dirname, '../../../.env'), process.env);
if (envFault !== null) {
  process.stderr.write(`${envFault}\n`);
  process.exit(1);
}

// In JavaScript and before any import of ours: else types are stripped from every file at each start, here and
// in the engine's thread, at a quarter of a second and 40 MB. What lies in the cache is run, so that it must be
// nobody else's: never Node's own default, a folder in the shared temporary one that anybody can make first. A cache
// that cannot be had is no fault. NODE_COMPILE_CACHE, where it is set, is the caller's choice.
if (process.env.NODE_COMPILE_CACHE === undefined) {
  const { XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  const folder = join(caches, 'atoll', 'compiled');
  try {
    ownFolder(folder);
    const { directory } = nodeModule.enableCompileCache(folder);
    if (directory !== undefined) process.env.NODE_COMPILE_CACHE = folder;
  } catch {
    // Slower, and the same otherwise.
  }
}
await import('../src/atoll.ts');
