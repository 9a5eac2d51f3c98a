import { asAxis, strideOf } from '@atoll/editor/plane';
import { transformPoint, voxelVolumeMl } from '@atoll/volume/affine';
import type { NumberedLesions } from '@atoll/volume/numbered-lesions';
import type { Grid, Vec3 } from '@atoll/volume/volume';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { isTyping } from '../images/use-shortcuts.ts';
import { useKeysFirst } from '../ui/use-keys.ts';
import { useViewing } from '../viewing/viewing.tsx';
import { useEditing } from './editing.ts';

/** As many as a reader goes through one by one; specks below are deleted by the eraser. */
const listed = 30;

/** Lesions of the mask as it stands, the largest first, each to be kept or deleted. */
export function EditedLesions() {
  const { open, version } = useEditing();
  const { goTo } = useViewing();
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set());
  /** Which one the keys are about; -1 before any was gone to. */
  const [current, setCurrent] = useState(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is the same when its mask has changed
  const places = useMemo(
    () => (open === null ? [] : placesOf(open.editor.lesions, open.dwi)),
    [open, version],
  );
  const select = (next: number) => {
    const index = (next + places.length) % places.length;
    setCurrent(index);
    if (open !== null) goTo(transformPoint(open.dwi.affine, places[index].voxel));
  };
  const keepOrNot = (at: number) =>
    setKept(new Set(kept.has(at) ? [...kept].filter((n) => n !== at) : [...kept, at]));
  const remove = (index: number) => open?.editor.deleteLesions([places[index].number]);
  const at = Math.min(current, places.length - 1);
  useKeysFirst(({ key, ctrlKey, metaKey, altKey, target }) => {
    if (places.length === 0 || ctrlKey || metaKey || altKey || isTyping(target)) return false;
    switch (key.toLowerCase()) {
      case 'n':
      case 'p':
        // The first key goes to the largest, whichever of the two it is.
        select(at < 0 ? 0 : at + (key.toLowerCase() === 'n' ? 1 : -1));
        return true;
      case 'k':
        keepOrNot(places[Math.max(0, at)].at);
        if (at + 1 < places.length) select(Math.max(0, at) + 1);
        return true;
      case 'delete':
      case 'backspace':
        remove(Math.max(0, at));
        return true;
      default:
        return false;
    }
  });
  if (open === null || places.length === 0) return null;
  return (
    <section aria-label="Lesions of the edited mask">
      <h3>Lesions</h3>
      <ol className="lesions edited">
        {places.slice(0, listed).map((place, index) => (
          <li key={place.number} data-current={index === at || undefined}>
            <Button className="list-row lesion" aria-current={index === at} onPress={() => select(index)}>
              <span className="figures quiet">{place.number}</span>
              <span className="figures">{place.volumeMl.toFixed(2)} mL</span>
            </Button>
            <Button
              className="button small keep"
              aria-pressed={kept.has(place.at)}
              aria-label={`Keep lesion ${place.number}`}
              onPress={() => keepOrNot(place.at)}
            >
              Keep
            </Button>
            <Button
              className="button small"
              aria-label={`Delete lesion ${place.number}`}
              onPress={() => remove(index)}
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
