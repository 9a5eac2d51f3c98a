import type { Report } from '@atoll/contract/report';
import { Button } from 'react-aria-components';
import { sideWords } from '../ui/side-words.ts';
import { useGoToLesion } from '../viewing/use-go-to-lesion.ts';
import { votesInWords } from './votes-in-words.ts';

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The lesions, largest first; pressing one brings the cursor to it. Of an ensemble with who marked it. */
export function LesionList({ lesions, ensemble }: Pick<Report, 'lesions' | 'ensemble'>) {
  const toLesion = useGoToLesion();
  if (lesions.length === 0) return null;
  return (
    <section aria-label="Lesions">
      <h3>Lesions</h3>
      <ol className="lesions">
        {lesions.map(({ id, side, place, territory, volumeMl, focusMm }) => (
          <li key={id}>
            <Button className="list-row lesion" onPress={() => toLesion(focusMm)}>
              <span className="figures quiet">{id}</span>
              <span>
                {territory === undefined ? sideWords[side] : capitalised(territory)}
                <small className="quiet">
                  {territory === undefined ? place : `${sideWords[side]}, ${place}`}
                </small>
                <Votes words={votesInWords(ensemble, id)} />
              </span>
              <span className="figures">{volumeMl.toFixed(2)} mL</span>
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Votes({ words }: { readonly words: string | null }) {
  return words === null ? null : <small className="quiet">{words}</small>;
}
