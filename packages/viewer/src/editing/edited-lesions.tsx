import { asAxis, strideOf } from '@atoll/editor/plane';
import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import type { NumberedLesions } from '@atoll/volume/numbered-lesions';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useViewing } from '../viewing/viewing.tsx';
import { useEditing } from './editing.ts';

/** As many as a reader goes through one by one; specks below are deleted by the eraser. */
const listed = 30;

/** Lesions of the mask as it stands, the largest first, each to be kept or deleted. */
export function EditedLesions() {
  const { open, version } = useEditing();
  const { goTo } = useViewing();
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is the same when its mask has changed
  const places = useMemo(
    () => (open === null ? [] : placesOf(open.editor.lesions, open.dwi)),
    [open, version],
  );
  if (open === null || places.length === 0) return null;
  const { editor } = open;
  return (
    <section aria-label="Lesions of the edited mask">
      <h3>Lesions</h3>
      <ol className="lesions edited">
        {places.slice(0, listed).map(({ number, volumeMl, voxel, at }) => (
          <li key={number}>
            <Button className="lesion" onPress={() => goTo(transformPoint(open.dwi.affine, voxel))}>
              <span className="figures quiet">{number}</span>
              <span className="figures">{volumeMl.toFixed(2)} mL</span>
            </Button>
            <Button
              className="button small"
              aria-pressed={kept.has(at)}
              aria-label={`Keep lesion ${number}`}
              onPress={() =>
                setKept(new Set(kept.has(at) ? [...kept].filter((n) => n !== at) : [...kept, at]))
              }
            >
              {kept.has(at) ? 'Kept' : 'Keep'}
            </Button>
            <Button
              className="button small"
              aria-label={`Delete lesion ${number}`}
              onPress={() => editor.deleteLesions([number])}
            >
              Delete
            </Button>
          </li>
        ))}
      </ol>
      {places.length > listed && <p className="quiet">and {places.length - listed} smaller ones</p>}
    </section>
  );
}

type Place = {
  readonly number: number;
  readonly volumeMl: number;
  readonly voxel: Vec3;
  readonly at: number;
};

/** The middle voxel of each lesion in storage order: inside it, whatever its shape. */
function placesOf({ numbers, count, sizes }: NumberedLesions, { shape, affine }: Grid): Place[] {
  const half = Array.from(sizes, (size) => Math.floor(size / 2));
  const found = new Array<number>(count + 1).fill(-1);
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at];
    if (number !== 0 && half[number]-- === 0) found[number] = at;
  }
  const voxelMl = voxelVolumeMl(affine);
  return Array.from({ length: count }, (_, n) => {
    const at = found[n + 1];
    const place = (axis: number) => Math.floor(at / strideOf(shape, asAxis(axis))) % shape[axis];
    return { number: n + 1, volumeMl: sizes[n + 1] * voxelMl, voxel: [place(0), place(1), place(2)], at };
  });
}
