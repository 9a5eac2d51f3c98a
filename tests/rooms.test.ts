import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const packages = join(root, 'packages');

/** The table of docs/architecture.md: which rooms a room may use. */
const rooms: Record<string, readonly string[]> = {
  errors: [],
  threads: [],
  store: ['errors'],
  volume: ['errors'],
  contract: ['errors'],
  dicom: ['errors', 'volume'],
  intake: ['errors', 'volume', 'dicom'],
  atlas: ['errors', 'threads', 'volume'],
  engines: ['errors', 'threads', 'volume', 'atlas'],
  cases: ['errors', 'store', 'volume', 'intake', 'atlas'],
  stress: ['errors', 'volume', 'engines', 'cases'],
  jobs: ['errors', 'store', 'volume', 'engines', 'cases'],
  reception: ['errors', 'volume', 'dicom', 'intake', 'engines', 'cases'],
  instance: ['errors', 'store', 'atlas', 'engines', 'cases', 'jobs'],
  server: [
    'errors',
    'store',
    'volume',
    'contract',
    'atlas',
    'engines',
    'cases',
    'jobs',
    'reception',
    'instance',
  ],
  viewer: ['errors', 'contract', 'volume', 'dicom', 'intake', 'atlas', 'engines'],
  cli: [
    'errors',
    'store',
    'volume',
    'contract',
    'dicom',
    'intake',
    'atlas',
    'engines',
    'cases',
    'jobs',
    'reception',
    'instance',
    'server',
  ],
};

/** What must run in browsers too: whole rooms, or single files with all that they reach. */
const browserEntries = [
  'packages/errors/src/error.ts',
  'packages/volume/src/nifti-read.ts',
  'packages/volume/src/nifti-write.ts',
  'packages/volume/src/metrics.ts',
  'packages/volume/src/resample.ts',
  'packages/volume/src/metaimage.ts',
  'packages/dicom/src/triage.ts',
  'packages/dicom/src/conversion.ts',
  'packages/intake/src/gather.ts',
  'packages/intake/src/propose.ts',
  'packages/intake/src/assemble.ts',
  'packages/intake/src/thumbnail.ts',
  'packages/contract/src/client.ts',
  'packages/dicom/src/seg/segmentation.ts',
  'packages/dicom/src/seg/source-slice.ts',
  'packages/dicom/src/web/store.ts',
  'packages/intake/src/segmentation.ts',
  'packages/atlas/src/locate.ts',
  'packages/engines/src/run.ts',
  'packages/engines/src/added-places.ts',
  'packages/engines/src/diffusion/pipeline.ts',
  'packages/engines/src/diffusion/here.ts',
  'packages/engines/src/diffusion/placed-engine.ts',
  'packages/cases/src/phantom/case-files.ts',
];

type Import = { readonly file: string; readonly from: string };

const sources = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/(src|test)\/.*\.tsx?$/.test(path))
  .map((path) => join(packages, path));

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern = /(?:from|import)\s*\(?\s*'([^']+)'/g;
  return [...text.matchAll(pattern)].map(([, from]) => ({ file, from }));
}

const roomOf = (file: string) => relative(packages, file).split('/')[0];
const isTest = (file: string) => /\.test\.tsx?$|\/test\//.test(file);

describe('the rooms', () => {
  it('are the ones of the table', () => {
    expect(readdirSync(packages).sort()).toEqual(Object.keys(rooms).sort());
  });

  it('use only the rooms that stand above them, and name them in their package.json', () => {
    const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
    for (const [room, allowed] of Object.entries(rooms)) {
      const manifest = Manifest.parse(JSON.parse(readFileSync(join(packages, room, 'package.json'), 'utf8')));
      const named = Object.keys(manifest.dependencies)
        .filter((name) => name.startsWith('@atoll/'))
        .map((name) => name.slice('@atoll/'.length));
      expect(
        named.filter((name) => !allowed.includes(name)),
        `package.json of ${room}`,
      ).toEqual([]);
    }
    const wrong = sources.flatMap(importsOf).filter(({ file, from }) => {
      const used = /^@atoll\/([^/]+)/.exec(from)?.[1];
      const room = roomOf(file);
      // A test may name its own room as others do.
      return used !== undefined && !rooms[room].includes(used) && !(isTest(file) && used === room);
    });
    expect(wrong).toEqual([]);
  });

  it('reach into one another by name, never by a path', () => {
    const wrong = sources.flatMap(importsOf).filter(({ file, from }) => {
      if (!from.startsWith('.')) return false;
      const target = resolve(file, '..', from);
      return target.startsWith(packages) && roomOf(target) !== roomOf(file);
    });
    expect(wrong).toEqual([]);
  });

  it('have no files whose names say nothing', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|misc|manager|service)s?(\.tsx?$|[/-])/;
    expect(sources.filter((file) => vague.test(relative(packages, file)))).toEqual([]);
  });
});

/** Everything that a file reaches: files of ours, and the imports of Node's own modules. */
function reachOf(entry: string): { files: string[]; nodeImports: Import[] } {
  const seen = new Set<string>();
  const nodeImports: Import[] = [];
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { from } of importsOf(file)) {
      if (from.startsWith('node:')) nodeImports.push({ file: relative(root, file), from });
      else if (from.startsWith('.')) visit(resolve(file, '..', from));
      else {
        const [, room, name] = /^@atoll\/([^/]+)\/(.+)$/.exec(from) ?? [];
        if (room !== undefined) visit(join(packages, room, 'src', `${name}.ts`));
      }
    }
  };
  visit(join(root, entry));
  return { files: [...seen].map((file) => relative(root, file)), nodeImports };
}

describe('what runs in a browser', () => {
  it.each(browserEntries)('%s reaches nothing of Node', (entry) => {
    expect(reachOf(entry).nodeImports).toEqual([]);
  });
});

describe('the second look', () => {
  it('shares no module with the embedded engine, so that one mistake cannot blind both', () => {
    const { files } = reachOf('packages/engines/src/alarm/alarm.ts');
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => file.includes('/diffusion/'))).toEqual([]);
  });
});
