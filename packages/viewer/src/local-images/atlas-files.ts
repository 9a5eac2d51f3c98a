import type { AtlasFiles } from '@atoll/atlas/atlas';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import type { AtlasKind } from '@atoll/atlas/regions';
import { sha256 } from '@atoll/engines/sha256';
import { pageConfig } from '../connection/page-config.ts';

/** Files that take longer are done without: a reader must not wait for what only adds to the result. */
const patienceMs = 20_000;

let fetched: AtlasFiles | null = null;
let fetching: Promise<void> | null = null;

/** The atlas, if the page's host has it and it was fetched before there were images. */
export function atlasHere(): AtlasFiles | null {
  return fetched;
}

/**
 * Fetches the atlas from the page's own host, where that says it has it, before there are any images that a request
 * could tell of. Without it all else works.
 */
export function prepareAtlas(): Promise<void> {
  fetching ??= fetchAtlas()
    .then((files) => {
      fetched = files;
    })
    .catch(() => {
      // The network may be back at the next try.
      fetching = null;
    });
  return fetching;
}

async function fetchAtlas(): Promise<AtlasFiles | null> {
  if (!(await pageConfig()).atlas) return null;
  const signal = AbortSignal.timeout(patienceMs);
  const bytesOf = async (kind: AtlasKind): Promise<Uint8Array> => {
    const file = pinnedAtlas.files.find((each) => each.kind === kind);
    if (file === undefined) throw new Error(`There is no ${kind} file.`);
    const answer = await fetch(new URL(`atlas/${file.name}`, document.baseURI), { signal });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if ((await sha256(bytes)) !== file.sha256) throw new Error(`${file.name} is not the expected file.`);
    return bytes;
  };
  const [territory, aspects, pcAspects, structure] = await Promise.all(
    (['territory', 'aspects', 'pcAspects', 'structure'] as const).map(bytesOf),
  );
  return { territory, aspects, pcAspects, structure };
}
