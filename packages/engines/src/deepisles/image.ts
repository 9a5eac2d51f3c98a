import { createHash } from 'node:crypto';

/** DeepISLES as it is pinned: here and nowhere else; deploy/spaces/Dockerfile is held to it by a test. */
export const pinnedImage =
  'isleschallenge/deepisles@sha256:848c9eceb67dbc585bcb37f093389d142caeaa98878bd31039af04ef297a5af4';

/** What the pinned image calls itself. */
const pinnedVersion = '1.1';

/** The digest (sha256:…) that a reference names; null where it names a tag, which may be another image tomorrow. */
export function digestOf(image: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null;
}

/** What stands in reports as the engine's version: another image is another engine, and its results are not the same. */
export function versionOf(image: string): string {
  const digest = digestOf(image);
  if (image === pinnedImage && digest !== null) return `${pinnedVersion}-${digest.slice(7, 19)}`;
  return `other-${digest?.slice(7, 19) ?? createHash('sha256').update(image).digest('hex').slice(0, 12)}`;
}

/** podman does not guess a registry; docker takes the whole name as well, but shows images by the short one. */
export function referenceFor(runtime: 'docker' | 'podman', image: string): string {
  const [first, ...rest] = image.split('/');
  const namesRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return runtime === 'docker' || namesRegistry
    ? image
    : `docker.io/${rest.length > 0 ? '' : 'library/'}${image}`;
}
