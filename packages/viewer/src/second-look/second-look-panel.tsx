import type { Lesion, MissedPlace } from '@atoll/contract/report';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import { useState } from 'react';
import { Button, Checkbox, ToggleButton } from 'react-aria-components';
import { missedLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { ReadingFailure } from '../own/reading-failure.tsx';
import type { SecondLook } from './use-second-look.ts';

const sides = { left: 'Left', right: 'Right', both: 'Both sides' } as const;

type Props = {
  readonly look: SecondLook | null;
  readonly lesions: readonly Lesion[];
  readonly onPlace: (mm: readonly [number, number, number]) => void;
};

/** Stands above everything else of a result: where a plain look at the whole head and the mask do not agree. */
export function SecondLookPanel({ look, lesions, onPlace }: Props) {
  if (look === null || look.warnings.length === 0) return null;
  const isSerious = look.warnings.some(({ severity }) => severity === 'serious');
  return (
    <section
      className="second-look"
      role="alert"
      aria-label="Second look"
      data-severity={isSerious ? 'serious' : 'caution'}
    >
      <h3>{isSerious ? 'Do not trust this mask as it is' : 'Check this mask'}</h3>
      {look.warnings.map(({ code, message }) => (
        <p key={code}>{message}</p>
      ))}
      {look.missed.length > 0 && <Missed look={look} onPlace={onPlace} />}
      {look.doubtful.length > 0 && (
        <ul>
          {look.doubtful.map(({ lesionId, why }) => {
            const lesion = lesions.find(({ id }) => id === lesionId);
            return (
              <li key={lesionId}>
                <PlaceWords
                  title={`Lesion ${lesionId}${lesion === undefined ? '' : `: ${sides[lesion.side]}`}`}
                  volumeMl={lesion?.volumeMl ?? null}
                  why={why}
                />
                {lesion !== undefined && (
                  <span className="second-look-actions">
                    <Button className="button" onPress={() => onPlace(lesion.focusMm)}>
                      Go there
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

function Missed({ look, onPlace }: { look: SecondLook; onPlace: Props['onPlace'] }) {
  return (
    <>
      <Checkbox className="choice tick" isSelected={look.missedShown} onChange={look.showMissed}>
        <span>
          <LookSwatch look={missedLook} /> Show over the images
        </span>
      </Checkbox>
      <ul>
        {look.missed.map((place) => (
          <li key={place.id}>
            <PlaceWords title={titleOf(place)} volumeMl={place.volumeMl} why={place.why} />
            <span className="second-look-actions">
              <Button className="button" onPress={() => onPlace(place.focusMm)}>
                Go there
              </Button>
              <ToggleButton
                className="toggle"
                isSelected={look.added.has(place.id)}
                onChange={(added) => look.add(place.id, added)}
              >
                {look.added.has(place.id) ? 'Added' : 'Add to a copy of the mask'}
              </ToggleButton>
            </span>
          </li>
        ))}
      </ul>
      {look.added.size > 0 && <SaveWithAdded look={look} />}
    </>
  );
}

function SaveWithAdded({ look }: { look: SecondLook }) {
  const [error, setError] = useState<AtollError | null>(null);
  const addedMl = look.missed
    .filter(({ id }) => look.added.has(id))
    .reduce((sum, { volumeMl }) => sum + volumeMl, 0);
  const onPress = () => {
    setError(null);
    look.saveWithAdded().catch((thrown: unknown) => setError(asAtollError(thrown)));
  };
  return (
    <div className="second-look-save">
      <Button className="button" onPress={onPress}>
        Save the mask with what was added
      </Button>
      <p className="quiet">
        A copy: {addedMl.toFixed(1)} mL more than the engine’s mask. Result, figures and report stay the
        engine’s.
      </p>
      {error !== null && <ReadingFailure title="The copy could not be made" error={error} />}
    </div>
  );
}

function titleOf({ side, place }: MissedPlace): string {
  return `${sides[side]}, ${place}`;
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
