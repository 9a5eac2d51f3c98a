import { readFileSync } from 'node:fs';
// Not by its name: an older Node lacks it, and must get as far as saying so.
import * as util from 'node:util';

/**
 * Settings from a file as .env.example is one: what the environment says already goes before it. Nothing but
 * settings of Atoll is taken, so that the file can change neither what Node does nor where programs are looked for.
 * @param {string} path
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null} why a file that is there cannot be read; null where all is well.
 */
export function readEnvFile(path, env) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    return code === 'ENOENT' ? null : `${path} cannot be read (${code}).`;
  }
  for (const [name, value] of Object.entries(util.parseEnv(text))) {
    if (name.startsWith('ATOLL_') && env[name] === undefined) env[name] = value;
  }
  return null;
}
