import type { Report } from '@atoll/contract/report';
import { joinRules } from '@atoll/engines/ensemble/join-rules';
import { titlesOf } from '@atoll/report/engine-titles';
import { Button } from 'react-aria-components';
import { sideWords } from '../ui/side-words.ts';
import { useGoToLesion } from '../viewing/use-go-to-lesion.ts';
import './ensemble-panel.css';

type Ensemble = NonNullable<Report['ensemble']>;

/** How the engines of an ensemble agree, and the places that one alone marked. */
export function EnsemblePanel({ ensemble }: { readonly ensemble: Ensemble | undefined }) {
  if (ensemble === undefined) return null;
  const { rule, parts, dice, votesMl } = ensemble;
  const titleOf = titlesOf(ensemble);
  const joined = joinRules.find(({ id }) => id === rule);
  return (
    <section className="ensemble" aria-label="Agreement of the engines">
      <h3>Agreement of the engines</h3>
      <p className="quiet">
        Joined by {rule === 'staple' ? 'STAPLE' : rule}. {joined?.description} Dice is with the joined mask.
      </p>
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">Engine</th>
            <th scope="col">mL</th>
            <th scope="col">Lesions</th>
            <th scope="col">Dice</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ engine, title, volumeMl, lesionCount, diceWithMask }) => (
            <tr key={engine}>
              <th scope="row">{title}</th>
              <td>{volumeMl.toFixed(2)}</td>
              <td>{lesionCount}</td>
              <td>{diceWithMask.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className="figures">
        <tbody>
          {dice.map(({ engines, dice: each }) => (
            <tr key={engines.join('+')}>
              <th scope="row">
                {parts.length === 2 ? 'Dice of the two' : `Dice: ${engines.map(titleOf).join(', ')}`}
              </th>
              <td>{each.toFixed(3)}</td>
            </tr>
          ))}
          {votesMl.map((volumeMl, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is the number of votes
            <tr key={at}>
              <th scope="row">{votesTitle(at + 1, parts.length)}</th>
              <td>{volumeMl.toFixed(2)} mL</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Disagreements ensemble={ensemble} />
    </section>
  );
}

function Disagreements({ ensemble }: { readonly ensemble: Ensemble }) {
  const toLesion = useGoToLesion();
  const titleOf = titlesOf(ensemble);
  const { disagreements, unlisted } = ensemble;
  if (disagreements.length === 0)
    return <p className="quiet">No engine alone marked anything beyond the outline of what others mark.</p>;
  return (
    <>
      <h4>Marked by one engine alone</h4>
      <ul aria-label="Marked by one engine alone">
        {disagreements.map(({ id, engine, side, place, volumeMl, isInMask, isApart, focusMm }) => (
          <li key={id}>
            <p>
              <strong>{titleOf(engine)}</strong> <span className="figures">{volumeMl.toFixed(2)} mL</span>
              <small className="quiet">
                {sideWords[side]}, {place}. {isInMask ? 'In the mask' : 'Not in the mask'}
                {isApart ? '.' : '; continues a lesion that others mark.'}
              </small>
            </p>
            <Button className="button" onPress={() => toLesion(focusMm)}>
              Go to location
            </Button>
          </li>
        ))}
      </ul>
      {unlisted.count > 0 && (
        <p className="quiet">
          And {unlisted.count} smaller {unlisted.count === 1 ? 'place' : 'places'} with{' '}
          {unlisted.volumeMl.toFixed(2)} mL together.
        </p>
      )}
    </>
  );
}

function votesTitle(votes: number, parts: number): string {
  if (votes === 1) return 'Marked by one alone';
  return votes === parts
    ? `Marked by ${parts === 2 ? 'both' : `all ${parts}`}`
    : `Marked by ${votes} of ${parts}`;
}
