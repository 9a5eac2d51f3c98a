import { prepareImageView } from '../images/open-image-view.ts';
import { loadModelParts } from '../models/load-model-parts.ts';

/**
 * Everything that reads, sorts and runs local images: one chunk, and too heavy for a page that only shows results.
 * It is fetched when files come near, together with the view that will show them, so that nothing is asked of anybody
 * once they are there.
 */
let loading: Promise<typeof import('./bench-parts.ts')> | null = null;

export function loadBench(): Promise<typeof import('./bench-parts.ts')> {
  loading ??= import('./bench-parts.ts')
    .then(async (parts) => {
      await Promise.all([
        parts.prepareConverter(),
        parts.prepareAtlas(),
        prepareImageView(),
        // Local images do without.
        loadModelParts().catch(() => undefined),
      ]);
      return parts;
    })
    .catch((thrown: unknown) => {
      // The network may be back at the next try.
      loading = null;
      throw thrown;
    });
  return loading;
}
