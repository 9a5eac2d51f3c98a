import type { ReactNode } from 'react';
import {
  Label,
  Slider,
  SliderThumb,
  SliderTrack,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import { baseTitles, type Display, planeTitles, windowTitles } from './display.ts';
import type { ImageSet } from './image-set.ts';
import './toolbar.css';

type Props = {
  readonly images: ImageSet | null;
  /** Slices alone can be drawn. */
  readonly isPlain: boolean;
  readonly display: Display;
  readonly onDisplay: (display: Display) => void;
};

export function Toolbar({ images, isPlain, display, onDisplay }: Props) {
  const has = images?.urls ?? {};
  return (
    <div className="toolbar" role="toolbar" aria-label="Display">
      <Choice
        name="Plane"
        titles={planeTitles}
        value={isPlain && display.plane === 'render' ? 'all' : display.plane}
        hidden={(plane) => isPlain && plane === 'render'}
        onChange={(plane) => onDisplay({ ...display, plane })}
      />
      <Choice
        name="Image"
        titles={baseTitles}
        value={display.base}
        hidden={(base) => has[base] === undefined}
        onChange={(base) => onDisplay({ ...display, base })}
      />
      <Choice
        name="Window"
        titles={windowTitles}
        value={display.window}
        onChange={(window) => onDisplay({ ...display, window })}
      />
      {has.mask !== undefined && (
        <fieldset className="group" aria-label="Mask">
          <Switch on={display.mask} onChange={(mask) => onDisplay({ ...display, mask })}>
            <i className="swatch mask" /> Mask
          </Switch>
          <Switch on={display.outline} onChange={(outline) => onDisplay({ ...display, outline })}>
            Outline
          </Switch>
        </fieldset>
      )}
      {has.reference !== undefined && (
        <Switch on={display.reference} onChange={(reference) => onDisplay({ ...display, reference })}>
          <i className="swatch reference" /> Reference
        </Switch>
      )}
      {(has.mask !== undefined || has.reference !== undefined) && (
        <Slider
          className="slider opacity"
          minValue={0.1}
          maxValue={1}
          step={0.05}
          value={display.opacity}
          onChange={(opacity) => onDisplay({ ...display, opacity })}
        >
          <Label>Opacity</Label>
          <SliderTrack className="slider-track">
            <SliderThumb className="slider-thumb" />
          </SliderTrack>
        </Slider>
      )}
    </div>
  );
}

type ChoiceProps<Key extends string> = {
  readonly name: string;
  readonly titles: Readonly<Record<Key, string>>;
  readonly value: Key;
  readonly hidden?: (key: Key) => boolean;
  readonly onChange: (key: Key) => void;
};

function Choice<Key extends string>({ name, titles, value, hidden, onChange }: ChoiceProps<Key>) {
  const keys = keysOf(titles).filter((key) => hidden?.(key) !== true);
  if (keys.length < 2) return null;
  return (
    <ToggleButtonGroup
      className="group"
      aria-label={name}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(selected) => {
        const next = keys.find((key) => selected.has(key));
        if (next !== undefined) onChange(next);
      }}
    >
      {keys.map((key) => (
        <ToggleButton key={key} id={key} className="toggle">
          {titles[key]}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

function Switch({
  on,
  onChange,
  children,
}: {
  on: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <ToggleButton className="toggle" isSelected={on} onChange={onChange}>
      {children}
    </ToggleButton>
  );
}

/** A record of string keys has no others at run time: it is written out in display.ts. */
function keysOf<Key extends string>(titles: Readonly<Record<Key, string>>): Key[] {
  const keys: Key[] = [];
  for (const key in titles) keys.push(key);
  return keys;
}
