import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import type { Plane } from './display.ts';
import type { ImageView, Location, SlicePlane } from './niivue-adapter.ts';

/** The plane whose slices the slider goes through; several planes at once go by the axial one. */
export function slicePlaneOf(plane: Plane): SlicePlane | null {
  if (plane === 'render') return null;
  return plane === 'all' ? 'axial' : plane;
}

type Props = {
  readonly view: ImageView | null;
  readonly plane: SlicePlane | null;
  /** Not shown: a new location is when the slice may be another. */
  readonly location: Location | null;
};

export function SliceSlider({ view, plane }: Props) {
  const { count, index } = view === null || plane === null ? { count: 1, index: 0 } : view.slices(plane);
  return (
    <Slider
      className="slider slices"
      minValue={0}
      maxValue={Math.max(1, count - 1)}
      value={index}
      isDisabled={view === null || plane === null}
      onChange={(next) => plane !== null && view?.goToSlice(plane, next)}
    >
      <Label>Slice</Label>
      <SliderTrack className="slider-track">
        <SliderThumb className="slider-thumb" />
      </SliderTrack>
      <SliderOutput className="figures">{view === null ? '–' : `${index + 1} of ${count}`}</SliderOutput>
    </Slider>
  );
}
