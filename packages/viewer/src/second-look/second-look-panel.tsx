import type { Lesion, MissedPlace } from '@atoll/contract/report';
import { Button, Checkbox } from 'react-aria-components';
import { useEditingIfAny } from '../editing/editing.ts';
import { missedLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useOverlays } from '../overlays/overlays.ts';
import { sideWords } from '../ui/side-words.ts';
import { useGoToLesion } from '../viewing/use-go-to-lesion.ts';
import type { SecondLook } from './use-second-look.ts';
import './second-look-panel.css';

type Props = {
  readonly lesions: readonly Lesion[];
};

/** Stands above everything else of a result: where a plain look at the whole head and the mask do not agree. */
export function SecondLookPanel({ lesions }: Props) {
  const { look } = useOverlays();
  const toLesion = useGoToLesion();
  if (look === null || look.warnings.length === 0) return null;
  const isSerious = look.warnings.some(({ severity }) => severity === 'serious');
  return (
    <section
      className="second-look"
      role="alert"
      aria-label="Independent check"
      data-severity={isSerious ? 'serious' : 'caution'}
    >
      <h3>{isSerious ? 'Do not rely on this mask as it is' : 'Check this mask'}</h3>
      {look.warnings.map(({ code, message }) => (
        <p key={code}>{message}</p>
      ))}
      {look.missed.length > 0 && <Missed look={look} />}
      {look.doubtful.length > 0 && (
        <ul>
          {look.doubtful.map(({ lesionId, why }) => {
            const lesion = lesions.find(({ id }) => id === lesionId);
            return (
              <li key={lesionId}>
                <PlaceWords
                  title={`Lesion ${lesionId}${lesion === undefined ? '' : `: ${sideWords[lesion.side]}`}`}
                  volumeMl={lesion?.volumeMl ?? null}
                  why={why}
                />
                {lesion !== undefined && (
                  <span className="second-look-actions">
                    <Button className="button" onPress={() => toLesion(lesion.focusMm)}>
                      Go to location
                    </Button>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Missed({ look }: { look: SecondLook }) {
  const toLesion = useGoToLesion();
  const edit = useEditingIfAny();
  return (
    <>
      <Checkbox className="choice tick" isSelected={look.missedShown} onChange={look.showMissed}>
        <span>
          <LookSwatch look={missedLook} /> Show on the images
        </span>
      </Checkbox>
      <ul>
        {look.missed.map((place) => (
          <li key={place.id}>
            <PlaceWords title={titleOfPlace(place)} volumeMl={place.volumeMl} why={place.why} />
            <span className="second-look-actions">
              <Button className="button" onPress={() => toLesion(place.focusMm)}>
                Go to location
              </Button>
              {edit !== null && (
                <Button className="button" onPress={() => edit.addCandidate(place)}>
                  Add to the mask
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function titleOfPlace({ side, place }: MissedPlace): string {
  return `${sideWords[side]}, ${place}`;
}

type WordsProps = { readonly title: string; readonly volumeMl: number | null; readonly why: string };

function PlaceWords({ title, volumeMl, why }: WordsProps) {
  return (
    <p>
      <strong>{title}</strong>{' '}
      {volumeMl !== null && <span className="figures">{volumeMl.toFixed(1)} mL</span>}
      <small className="quiet">{why}</small>
    </p>
  );
}
