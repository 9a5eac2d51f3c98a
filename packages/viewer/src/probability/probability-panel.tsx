import { Button, Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import { useEditing } from '../editing/editing.ts';
import { thresholdLook } from '../images/layer.ts';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useOverlays } from '../overlays/overlays.ts';
import { Failure } from '../ui/failure.tsx';
import './probability-panel.css';
import type { SoftMap } from './use-soft-map.ts';

type Props = {
  /** Of the mask on show. */
  readonly volumeMl: number;
  /** Whether whoever looks at it may make a mask of their own of it. */
  readonly mayEdit: boolean;
};

/** The engine's probability map: what the mask would be at another threshold. */
export function ProbabilityPanel({ volumeMl, mayEdit }: Props) {
  const { soft } = useOverlays();
  if (soft === null) return null;
  return (
    <section className="probability" aria-label="Probability map" data-changed={soft.isChanged || undefined}>
      <h3>Probability map</h3>
      <Slider
        className="slider"
        minValue={0.01}
        maxValue={0.99}
        step={0.01}
        value={soft.threshold}
        onChange={soft.set}
      >
        <Label>Threshold</Label>
        <SliderTrack className="slider-track">
          <SliderThumb className="slider-thumb" />
        </SliderTrack>
        <SliderOutput className="figures">{soft.threshold.toFixed(2)}</SliderOutput>
      </Slider>
      {soft.isChanged ? (
        <Changed soft={soft} volumeMl={volumeMl} mayEdit={mayEdit} />
      ) : (
        <p className="quiet">{engineWords(soft)} Move the threshold to see what another one would mark.</p>
      )}
    </section>
  );
}

function Changed({ soft, volumeMl, mayEdit }: Props & { readonly soft: SoftMap }) {
  const edit = useEditing();
  const { made } = soft;
  if (soft.error !== null) return <Failure error={soft.error} onRetry={soft.retry} />;
  return (
    <>
      <p className="threshold-volume" role="status">
        <span>
          <LookSwatch look={thresholdLook} /> Above {soft.threshold.toFixed(2)}
        </span>
        <span className="figures">{made === null ? '…' : `${made.volumeMl.toFixed(2)} mL`}</span>
        <span className="quiet">Mask on show</span>
        <span className="quiet figures">{volumeMl.toFixed(2)} mL</span>
      </p>
      <p className="caution" role="note">
        Not the engine’s own answer: the dashed outline is your threshold. Volume, lesions, report and files
        are those of the mask.
      </p>
      <div className="button-row">
        <Button className="button" onPress={soft.reset}>
          Back to the engine’s threshold
        </Button>
        {mayEdit && (
          <Button
            className="button"
            isDisabled={made === null}
            onPress={() => {
              if (made === null) return;
              edit.startWith(made.mask, `Threshold ${made.threshold.toFixed(2)}`);
              soft.reset();
            }}
          >
            Edit from this outline
          </Button>
        )}
      </div>
    </>
  );
}

function engineWords({ engineThreshold }: SoftMap): string {
  return engineThreshold === null
    ? 'The engine’s mask is not a threshold of this map: it takes the most probable class of each voxel.'
    : `The engine marks what has a probability above ${Number(engineThreshold.toFixed(3))}.`;
}
