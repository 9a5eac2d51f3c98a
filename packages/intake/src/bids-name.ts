/** A file name of BIDS in its parts: `sub-01_ses-02_run-1_dwi.nii.gz`. */
export type BidsName = {
  /** By key, such as `run`, with the label as it stands. */
  readonly entities: ReadonlyMap<string, string>;
  /** Such as `dwi`; ISLES’24 adds `lesion-msk` and the like. */
  readonly suffix: string;
  /** With its dots, such as `.nii.gz`. */
  readonly extension: string;
};

/** @returns null for a name that is not made of `key-label` parts, `sub` among them, and a suffix. */
export function parseBidsName(name: string): BidsName | null {
  const dot = name.indexOf('.');
  if (dot < 0 || !/^\.[A-Za-z0-9.]+$/.test(name.slice(dot))) return null;
  const parts = name.slice(0, dot).split('_');
  const suffix = parts.pop() ?? '';
  const entities = entitiesOf(parts);
  if (entities === null || !entities.has('sub') || !/^[A-Za-z0-9]+(?:-msk)?$/.test(suffix)) return null;
  return { entities, suffix, extension: name.slice(dot) };
}

/** null where a part is no `key-label`, or comes twice. */
function entitiesOf(parts: readonly string[]): Map<string, string> | null {
  const entities = new Map<string, string>();
  for (const part of parts) {
    const [, key, label] = /^([A-Za-z]+)-([A-Za-z0-9+]+)$/.exec(part) ?? [];
    if (key === undefined || label === undefined || entities.has(key)) return null;
    entities.set(key, label);
  }
  return entities;
}

/**
 * The sidecar that speaks for an image by BIDS' rule of inheritance: of those in its folder and the folders above that
 * have its suffix and no entity that it lacks, the nearest, and there the one with most entities. Upper and lower case
 * are one.
 * @param image its path, from where the sidecars' paths begin.
 * @param ending without its dot, such as `bval`.
 */
export function inheritedSideCar(image: string, paths: Iterable<string>, ending: string): string | null {
  const folders = image.toLowerCase().split('/');
  const name = parseBidsName(folders.pop() ?? '');
  if (name === null) return null;
  let best: { path: string; depth: number; shared: number } | null = null;
  for (const path of paths) {
    const above = path.toLowerCase().split('/');
    const shared = entitiesShared(above.pop() ?? '', name, ending);
    if (shared === null || above.length > folders.length) continue;
    if (above.some((folder, at) => folder !== folders[at])) continue;
    const depth = above.length;
    if (best === null || depth > best.depth || (depth === best.depth && shared > best.shared))
      best = { path, depth, shared };
  }
  return best?.path ?? null;
}

/** How many entities a sidecar names, if the image has them all, and its suffix; else null. */
function entitiesShared(sideCar: string, image: BidsName, ending: string): number | null {
  const parts = sideCar.replace(`.${ending}`, '').split('_');
  if (!sideCar.endsWith(`.${ending}`) || parts.pop() !== image.suffix) return null;
  const entities = entitiesOf(parts);
  if (entities === null) return null;
  return [...entities].every(([key, label]) => image.entities.get(key) === label) ? entities.size : null;
}
