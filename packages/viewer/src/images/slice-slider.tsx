import type { SlicePlane } from '@atoll/pictures/slice-grid';
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import type { Plane } from './display.ts';
import type { ImageView, Location } from './image-view.ts';

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
  const slices = view === null || plane === null ? null : view.slices(plane);
  return (
    <Slider
      className="slider slices"
      minValue={0}
      maxValue={Math.max(1, (slices?.count ?? 1) - 1)}
      value={slices?.index ?? 0}
      isDisabled={slices === null}
      onChange={(next) => plane !== null && view?.goToSlice(plane, next)}
    >
      <Label>Slice</Label>
      <SliderTrack className="slider-track">
        <SliderThumb className="slider-thumb" />
      </SliderTrack>
      <SliderOutput className="figures">
        {slices === null ? '–' : `${slices.index + 1} of ${slices.count}`}
      </SliderOutput>
    </Slider>
  );
}
