import { pieceAt } from '@atoll/editor/pieces';
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useOverlays } from '../overlays/overlays.ts';
import { titleOfPlace } from '../second-look/second-look-panel.tsx';
import { useViewing } from '../viewing/viewing.tsx';
import { useEditing } from './editing.ts';

/** What the independent check found outside the engine's mask, to be added as a step of the edit. */
export function EditedCandidates() {
  const { open, addCandidate } = useEditing();
  const { look } = useOverlays();
  const { goTo } = useViewing();
  const missed = look?.missed ?? [];
  const candidates = open?.candidates ?? null;
  const pieces = useMemo(
    () => (candidates === null ? [] : missed.map((place) => pieceAt(candidates, place.focusMm))),
    [candidates, missed],
  );
  if (open === null || pieces.length === 0) return null;
  const { data } = open.editor.mask;
  const isInside = (runs: Int32Array) => {
    for (let n = 0; n < runs.length; n += 2)
      if (data.subarray(runs[n], runs[n] + runs[n + 1]).includes(0)) return false;
    return true;
  };
  return (
    <section aria-label="Candidates not in the mask">
      <h3>Candidates of the independent check</h3>
      <ul className="lesions edited">
        {missed.map((place, at) => {
          const title = titleOfPlace(place);
          const isAdded = isInside(pieces[at]);
          return (
            <li key={place.id}>
              <Button className="list-row lesion" onPress={() => goTo(place.focusMm)}>
                <span>{title}</span>
                <span className="figures">{place.volumeMl.toFixed(2)} mL</span>
              </Button>
              <Button
                className="button small"
                aria-label={`${isAdded ? 'Added' : 'Add'} candidate: ${title}`}
                isDisabled={isAdded}
                onPress={() => addCandidate(place)}
              >
                {isAdded ? 'Added' : 'Add'}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
