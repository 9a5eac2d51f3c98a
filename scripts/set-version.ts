/**
 * What `npm version` leaves to do in a repository of several packages: every package gets the root's version, what they
 * ask of each other as well, and the changelog's "Unreleased" becomes the version of today. npm runs it between the
 * new version and its commit.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Manifest = z.looseObject({ version: z.string() });
const Versions = z.record(z.string(), z.string()).optional();
const kinds = ['dependencies', 'devDependencies'] as const;

/** @param day as YYYY-MM-DD. @throws Error where the changelog has nothing to release. */
export function setVersion(root: string, day: string): string {
  const { version } = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const changelog = join(root, 'CHANGELOG.md');
  // First what may be refused.
  writeFileSync(changelog, released(readFileSync(changelog, 'utf8'), version, day));
  for (const file of globSync('packages/*/package.json', { cwd: root })) {
    const path = join(root, file);
    const manifest = Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
    const changed: Record<string, unknown> = { ...manifest, version };
    for (const kind of kinds) {
      const asked = Versions.parse(manifest[kind]);
      if (asked === undefined) continue;
      changed[kind] = Object.fromEntries(
        Object.entries(asked).map(([name, wanted]) => [name, name.startsWith('@atoll/') ? version : wanted]),
      );
    }
    writeFileSync(path, `${JSON.stringify(changed, null, 2)}\n`);
  }
  rewrite(join(root, 'packages/engines/src/notice.ts'), /(?<=atollVersion = ')[^']*(?=')/, version);
  rewrite(join(root, 'CITATION.cff'), /(?<=^version: ).*$/m, version);
  rewrite(join(root, 'CITATION.cff'), /(?<=^date-released: ").*(?="$)/m, day);
  return version;
}

/** @throws Error where there is nothing to replace: a version that stayed behind would be worse. */
function rewrite(path: string, what: RegExp, by: string): void {
  const text = readFileSync(path, 'utf8');
  if (!what.test(text)) throw new Error(`${path} does not say what is replaced in it.`);
  writeFileSync(path, text.replace(what, by));
}

/** What the changelog says of a version, without its heading; null where it says nothing. */
export function notesOf(changelog: string, version: string): string | null {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((each) => each.split(/\s/, 1)[0] === version);
  return section === undefined ? null : section.slice(section.indexOf('\n')).trim();
}

function released(changelog: string, version: string, day: string): string {
  if (notesOf(changelog, version) !== null) return changelog;
  if (!notesOf(changelog, 'Unreleased')) throw new Error('CHANGELOG.md says nothing under "Unreleased".');
  return changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} - ${day}`);
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const [what, version] = process.argv.slice(2);
  if (what === '--notes') {
    const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version ?? '');
    if (notes === null) throw new Error(`CHANGELOG.md has no section for ${version}.`);
    process.stdout.write(`${notes}\n`);
  } else {
    setVersion(root, new Date().toISOString().slice(0, 10));
  }
}
