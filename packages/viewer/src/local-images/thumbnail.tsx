import type { Candidate } from '@atoll/intake/candidate';
import { useEffect, useRef } from 'react';
import { loadBench } from './bench.ts';

/** Images are opened one after the other: all at once would not fit into memory. */
let last: Promise<unknown> = Promise.resolve();

type Props = {
  readonly candidate: Candidate;
  /** Which of its volumes, from 0. */
  readonly volume: number;
};

/** The middle axial slice of an image, as radiologists see it. */
export function Thumbnail({ candidate, volume }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    last = last
      .then(async () => {
        if (gone) return;
        const { thumbnail } = await loadBench();
        const { width, height, pixels } = await thumbnail(candidate, { volume });
        const canvas = ref.current;
        const context = canvas?.getContext('2d');
        if (gone || canvas === null || context === null || context === undefined) return;
        canvas.width = width;
        canvas.height = height;
        const picture = context.createImageData(width, height);
        for (let at = 0; at < pixels.length; at++) {
          picture.data.fill(pixels[at], 4 * at, 4 * at + 3);
          picture.data[4 * at + 3] = 255;
        }
        context.putImageData(picture, 0, 0);
      })
      // An image that cannot be shown small is still named, and says what is wrong when it is used.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [candidate, volume]);
  return (
    <canvas ref={ref} className="thumbnail" role="img" aria-label={`Middle slice of ${candidate.name}`} />
  );
}
