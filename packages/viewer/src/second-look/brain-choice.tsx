import { Checkbox } from 'react-aria-components';
import { brainLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useOverlays } from '../overlays/overlays.ts';
import '../result/model-map-list.css';

/** The brain as the engine outlined it can be laid over the images, for what lies outside was not looked at. */
export function BrainChoice() {
  const { look } = useOverlays();
  if (look === null || look.brain === null) return null;
  const { volumeMl, shown, show } = look.brain;
  return (
    <section className="model-maps" aria-label="Brain outline">
      <h3>Brain mask of the engine</h3>
      <Checkbox className="choice tick map-choice" isSelected={shown} onChange={show}>
        <span>
          <LookSwatch look={brainLook} /> Brain outline
        </span>
        <span className="figures">{volumeMl.toFixed(0)} mL</span>
      </Checkbox>
    </section>
  );
}
