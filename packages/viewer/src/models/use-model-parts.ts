import { useEffect, useState } from 'react';
import { loadModelParts } from './load-model-parts.ts';

type Parts = Awaited<ReturnType<typeof loadModelParts>>;

/** What has to do with models, once it is here; null before, and where it is not wanted. */
export function useModelParts(isWanted: boolean): Parts | null {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    if (!isWanted || parts !== null) return;
    let isLeaving = false;
    loadModelParts()
      .then((loaded) => !isLeaving && setParts(loaded))
      // Local images do without; the next time somebody wants it, it is asked for again.
      .catch(() => undefined);
    return () => {
      isLeaving = true;
    };
  }, [isWanted, parts]);
  return parts;
}
