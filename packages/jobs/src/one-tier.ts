import { setFlagsFromString } from 'node:v8';

const flags = ['wasm-tier-up', 'wasm-dynamic-tiering'];

/**
 * V8 throws away what its first compiler made when it collects all that it can, and compiles anew by then valid flags,
 * with the second: 450 MB for a second or two, at the very moment when memory was to be given back.
 */
const throwingAway = 'flush-liftoff-code';

/**
 * Runs the making of a WebAssembly module so that its functions are compiled by V8's first compiler alone, for as long
 * as the module lives. One function of PostgreSQL, 105 kB of code that is soon called often, takes the second compiler
 * 600 MB and two seconds of another core; without it a start is shorter, and statements take about a fifth longer.
 */
export async function withOneTier<Made>(make: () => Promise<Made>): Promise<Made> {
  for (const flag of [...flags, throwingAway]) setFlagsFromString(`--no-${flag}`);
  try {
    return await make();
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`);
  }
}
