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
  access: ['errors'],
  locks: ['errors'],
  store: ['errors'],
  volume: ['errors'],
  pictures: ['errors', 'volume'],
  contract: ['errors', 'access'],
  dicom: ['errors', 'threads', 'volume'],
  report: ['errors', 'volume', 'pictures', 'contract', 'dicom'],
  intake: ['errors', 'volume', 'dicom'],
  editor: ['errors', 'volume'],
  atlas: ['errors', 'threads', 'volume'],
  engines: ['errors', 'threads', 'locks', 'volume', 'atlas'],
  phantom: ['errors', 'threads', 'volume'],
  models: ['errors', 'threads', 'volume', 'engines', 'phantom'],
  cases: ['errors', 'access', 'store', 'volume', 'intake', 'atlas', 'phantom'],
  stress: ['errors', 'threads', 'volume', 'engines', 'phantom'],
  jobs: ['errors', 'access', 'locks', 'store', 'volume', 'engines', 'cases'],
  reception: ['errors', 'threads', 'volume', 'dicom', 'intake', 'engines'],
  instance: ['errors', 'store', 'atlas', 'engines', 'models', 'cases', 'jobs'],
  archive: [
    'errors',
    'access',
    'store',
    'threads',
    'volume',
    'contract',
    'dicom',
    'report',
    'intake',
    'engines',
    'cases',
    'jobs',
    'reception',
    'instance',
  ],
  server: [
    'errors',
    'access',
    'store',
    'threads',
    'volume',
    'contract',
    'dicom',
    'report',
    'atlas',
    'engines',
    'cases',
    'jobs',
    'reception',
    'instance',
    'archive',
  ],
  viewer: [
    'errors',
    'threads',
    'contract',
    'volume',
    'pictures',
    'report',
    'editor',
    'dicom',
    'intake',
    'atlas',
    'engines',
    'models',
  ],
  cli: [
    'errors',
    'access',
    'locks',
    'store',
    'volume',
    'pictures',
    'contract',
    'report',
    'dicom',
    'intake',
    'atlas',
    'engines',
    'models',
    'phantom',
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
  'packages/editor/src/mask-editor.ts',
  'packages/editor/src/saved-edit.ts',
  'packages/editor/src/pieces.ts',
  'packages/atlas/src/locate.ts',
  'packages/report/src/report-files.ts',
  'packages/report/src/dicom-files.ts',
  'packages/engines/src/run.ts',
  'packages/engines/src/diffusion/pipeline.ts',
  'packages/engines/src/ensemble/ensemble-engine.ts',
  'packages/engines/src/diffusion/here.ts',
  'packages/engines/src/diffusion/placed-engine.ts',
  'packages/phantom/src/case-files.ts',
  'packages/models/src/segment-model.ts',
  'packages/models/src/placed-model-engine.ts',
  'packages/models/src/model-check.ts',
  'packages/models/src/model-archive.ts',
  'packages/models/src/page-networks.ts',
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

  it('have no files that import one another in a circle, not even types', () => {
    expect(circlesAmong(sources)).toEqual([]);
  });

  it('have no files whose names say nothing', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|misc|manager|service)s?(\.tsx?$|[/-])/;
    expect(sources.filter((file) => vague.test(relative(packages, file)))).toEqual([]);
  });
});

const Entry = z.union([z.string(), z.object({ default: z.string() }).transform((entry) => entry.default)]);
const Exports = z.object({ exports: z.record(z.string(), Entry) });
/** What each room exports, by the names that others use. */
const entries = new Map(
  Object.keys(rooms).map((room) => {
    const manifest = readFileSync(join(packages, room, 'package.json'), 'utf8');
    return [room, new Map(Object.entries(Exports.parse(JSON.parse(manifest)).exports))];
  }),
);

/** The file of ours that an import means; null for a library, a style, a built-in module. */
function targetOf({ file, from }: Import): string | null {
  if (from.startsWith('.')) return /\.(tsx?|js)$/.test(from) ? resolve(file, '..', from) : null;
  const [, room, name] = /^@atoll\/([^/]+)\/(.+)$/.exec(from) ?? [];
  if (room === undefined) return null;
  const named = entries.get(room)?.get(`./${name}`) ?? entries.get(room)?.get('./*')?.replace('*', name);
  if (named === undefined) throw new Error(`${relative(root, file)}: ${room} exports no ${name}`);
  return join(packages, room, named);
}

/** Groups of files that import one another in a circle, types included (Tarjan's strongly connected components). */
function circlesAmong(files: readonly string[]): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const visit = (file: string) => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    path.push(file);
    for (const each of importsOf(file)) {
      const target = targetOf(each);
      if (target === null) continue;
      if (!order.has(target)) visit(target);
      if (path.includes(target)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(target)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = path.splice(path.indexOf(file)).map((each) => relative(packages, each));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return circles;
}

/** Everything that a file reaches: files of ours, and the imports of Node's own modules. */
function reachOf(entry: string): { files: string[]; nodeImports: Import[] } {
  const seen = new Set<string>();
  const nodeImports: Import[] = [];
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const each of importsOf(file)) {
      if (each.from.startsWith('node:')) nodeImports.push({ ...each, file: relative(root, file) });
      const target = targetOf(each);
      if (target !== null) visit(target);
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
