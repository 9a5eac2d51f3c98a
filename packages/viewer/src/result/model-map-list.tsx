import { Checkbox } from 'react-aria-components';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useOverlays } from '../overlays/overlays.ts';
import './model-map-list.css';

/** What the engine's models marked, each by itself, and where they agree; each can be laid over the images. */
export function ModelMapList() {
  const { maps } = useOverlays();
  if (maps.list.length === 0) return null;
  return (
    <section className="model-maps" aria-label="Individual model outputs">
      <h3>Individual model outputs</h3>
      <ul>
        {maps.list.map((map) => {
          const { id, title, volumeMl, diceWithMask } = map.overlay;
          return (
            <li key={id}>
              <Checkbox
                className="choice tick map-choice"
                isSelected={map.isOn}
                onChange={(on) => maps.turn(map, on)}
              >
                <span>
                  {map.look.kind === 'dashes' && <LookSwatch look={map.look} />} {title}
                </span>
                <span className="figures">{volumeMl.toFixed(2)} mL</span>
                {diceWithMask !== null && (
                  <span className="quiet figures">Dice with the mask {diceWithMask.toFixed(3)}</span>
                )}
                {map.look.kind !== 'dashes' && <LookSwatch look={map.look} />}
              </Checkbox>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
