import { Button, ToggleButton } from 'react-aria-components';
import { cssColour, type Layer, type Look } from './layer.ts';
import type { LayersState } from './use-layers.ts';
import './layer-legend.css';

type Props = {
  readonly layers: readonly Layer[];
  readonly hidden: ReadonlySet<string>;
  readonly onHide: (id: string, hide: boolean) => void;
  readonly state: LayersState;
  readonly onRetry: () => void;
  readonly is3d: boolean;
};

/** What lies over the images, in which colours; each can be hidden for a look at what is below. */
export function LayerLegend({ layers, hidden, onHide, state, onRetry, is3d }: Props) {
  if (layers.length === 0) return null;
  return (
    <fieldset className="layer-legend" aria-label="Overlays" data-layers={state.state}>
      <span className="legend-entry">
        <i className="swatch mask" /> This run
      </span>
      {layers.map(({ id, title, look }) => (
        <ToggleButton
          key={id}
          className="toggle legend-entry"
          isSelected={!hidden.has(id)}
          onChange={(shown) => onHide(id, !shown)}
        >
          {look.kind === 'dashes' && <LookSwatch look={look} />} {title}
          {look.kind !== 'dashes' && <LookSwatch look={look} />}
        </ToggleButton>
      ))}
      {is3d && <span className="quiet">{noteOn3d(layers.filter(({ id }) => !hidden.has(id)))}</span>}
      {state.state === 'loading' && layers.some(({ source }) => typeof source === 'string') && (
        <span className="quiet" role="status">
          Loading…
        </span>
      )}
      {state.state === 'failed' && (
        <span role="alert">
          {state.error instanceof Error ? state.error.message : 'It could not be displayed.'}{' '}
          <Button className="link" onPress={onRetry}>
            Retry
          </Button>
        </span>
      )}
    </fieldset>
  );
}

/** In 3D what lies in front hides the rest; see niivue-view.ts. */
function noteOn3d(shown: readonly Layer[]): string {
  if (shown.some(({ look }) => look.kind === 'counts')) return 'In 3D only the counts are shown';
  if (shown.some(({ look }) => look.kind === 'regions')) return 'Territories are shown on slices only';
  return shown.length > 0 ? 'Chequered where this run and an overlay coincide' : '';
}

/** A layer's look in small; of counts and regions each colour with what it means. */
export function LookSwatch({ look }: { look: Look }) {
  if (look.kind === 'dashes') {
    const [light, dark] = look.tones.map(cssColour);
    const dashes = `repeating-linear-gradient(115deg, ${light} 0 4px, ${dark} 4px 7px)`;
    return <i className="swatch dashes" style={{ background: dashes }} />;
  }
  if (look.kind === 'regions') {
    return (
      <span className="count-scale">
        {look.groups.map(({ title, colour }) => (
          <span key={title}>
            <i className="swatch" style={{ background: cssColour(colour) }} /> {title}
          </span>
        ))}
      </span>
    );
  }
  return (
    <span className="count-scale">
      {look.colours.map((colour, at) => (
        <span key={cssColour(colour)}>
          <i className="swatch" style={{ background: cssColour(colour) }} /> {at + 1} of {look.colours.length}
        </span>
      ))}
    </span>
  );
}
