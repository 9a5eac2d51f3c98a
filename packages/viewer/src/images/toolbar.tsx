import type { ReactNode } from 'react';
import {
  Label,
  Slider,
  SliderThumb,
  SliderTrack,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import { baseTitles, type Display, type GreyRange, planeTitles, windowTitles } from './display.ts';
import type { ImageSet } from './image-set.ts';
import { lowAdc as lowAdcThreshold } from './low-adc.ts';
import { withSecond } from './use-shortcuts.ts';
import './toolbar.css';

type Props = {
  readonly images: ImageSet | null;
  /** Slices alone can be drawn. */
  readonly isPlain: boolean;
  readonly display: Display;
  readonly onDisplay: (display: Display) => void;
  /** What is black and white in the first image now. */
  readonly range: GreyRange;
  readonly isLightbox: boolean;
  readonly onLightbox: (is: boolean) => void;
};

export function Toolbar({ images, isPlain, display, onDisplay, range, isLightbox, onLightbox }: Props) {
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
        onChange={(window) => onDisplay({ ...display, window, ranges: {} })}
      />
      {has.dwi !== undefined && (
        <WindowFields
          range={range}
          onRange={(next) => onDisplay({ ...display, ranges: { ...display.ranges, [display.base]: next } })}
        />
      )}
      {has.dwi !== undefined && (
        <fieldset className="group" aria-label="Layout">
          <Switch
            on={display.beside !== null}
            onChange={() => onDisplay(withSecond(display, images) ?? display)}
          >
            Side by side
          </Switch>
          <Switch on={isLightbox} onChange={onLightbox}>
            Lightbox
          </Switch>
        </fieldset>
      )}
      {display.beside !== null && (
        <Choice
          name="Second image"
          titles={baseTitles}
          value={display.beside}
          hidden={(base) => has[base] === undefined}
          onChange={(beside) => onDisplay({ ...display, beside })}
        />
      )}
      {has.adc !== undefined && (
        <Switch on={display.lowAdc} onChange={(lowAdc) => onDisplay({ ...display, lowAdc })}>
          ADC &lt; {lowAdcThreshold}
        </Switch>
      )}
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

/** Window width and level as numbers: of an ADC map in 10⁻⁶ mm²/s, of other images in their own unit. */
function WindowFields({ range, onRange }: { range: GreyRange; onRange: (range: GreyRange) => void }) {
  const width = range[1] - range[0];
  const level = (range[0] + range[1]) / 2;
  const step = width > 20 ? 1 : width / 100;
  const rounded = (value: number) => (step === 1 ? Math.round(value) : Number(value.toPrecision(3)));
  const of = (nextWidth: number, nextLevel: number): GreyRange => [
    nextLevel - nextWidth / 2,
    nextLevel + nextWidth / 2,
  ];
  const field = (name: string, short: string, value: number, set: (value: number) => void) => (
    <label className="window-field">
      <abbr title={name}>{short}</abbr>
      <input
        type="number"
        aria-label={name}
        step="any"
        value={rounded(value)}
        onChange={({ target }) =>
          target.value !== '' && Number.isFinite(target.valueAsNumber) && set(target.valueAsNumber)
        }
      />
    </label>
  );
  return (
    <fieldset className="window-fields" aria-label="Window width and level">
      {field('Window width', 'W', width, (next) => next > 0 && onRange(of(next, level)))}
      {field('Window level', 'L', level, (next) => onRange(of(width, next)))}
    </fieldset>
  );
}
