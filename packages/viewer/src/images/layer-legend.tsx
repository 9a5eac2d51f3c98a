import { Button, ToggleButton } from 'react-aria-components';
import { cssColour, type Layer, type Look } from './layer.ts';
import type { LayersState } from './use-layers.ts';

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
    <fieldset className="layer-legend" aria-label="Over the images" data-layers={state.state}>
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
          <LookSwatch look={look} /> {title}
        </ToggleButton>
      ))}
      {is3d && layers.some(({ look }) => look.kind === 'dashes') && (
        <span className="quiet">Chequered where both are</span>
      )}
      {state.state === 'loading' && (
        <span className="quiet" role="status">
          Loading…
        </span>
      )}
      {state.state === 'failed' && (
        <span role="alert">
          {state.error instanceof Error ? state.error.message : 'It could not be drawn.'}{' '}
          <Button className="link" onPress={onRetry}>
            Try again
          </Button>
        </span>
      )}
    </fieldset>
  );
}

/** A layer's look in small; of counts each colour with what it means. */
export function LookSwatch({ look }: { look: Look }) {
  if (look.kind === 'dashes') {
    const [light, dark] = look.tones.map(cssColour);
    const dashes = `repeating-linear-gradient(115deg, ${light} 0 4px, ${dark} 4px 7px)`;
    return <i className="swatch dashes" style={{ background: dashes }} />;
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
