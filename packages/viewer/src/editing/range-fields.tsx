import { noLimits, type Range } from '@atoll/editor/limits';
import { Button, Checkbox } from 'react-aria-components';
import { useEditing } from './editing.ts';

const images = [
  ['adc', 'ADC', '10⁻⁶ mm²/s'],
  ['dwi', 'DWI', ''],
] as const;

/** Limits of the brush: only where DWI and ADC lie within a range, or only elsewhere. */
export function RangeFields() {
  const { tool, setTool } = useEditing();
  const { limits } = tool;
  const isSet = limits.dwi !== null || limits.adc !== null;
  const change = (image: 'dwi' | 'adc', part: Partial<Range>) => {
    const { low, high } = { ...(limits[image] ?? { low: 0, high: image === 'adc' ? 620 : 1e6 }), ...part };
    if (Number.isFinite(low) && Number.isFinite(high)) {
      setTool({ ...tool, limits: { ...limits, [image]: { low, high } } });
    }
  };
  return (
    <fieldset className="ranges">
      <legend>Only where</legend>
      {images.map(([image, title, unit]) => (
        <div key={image} className="range">
          <Checkbox
            className="choice tick"
            isSelected={limits[image] !== null}
            onChange={(isOn) =>
              isOn ? change(image, {}) : setTool({ ...tool, limits: { ...limits, [image]: null } })
            }
          >
            {title}
          </Checkbox>
          {limits[image] !== null && (
            <>
              <input
                type="number"
                aria-label={`${title} from`}
                value={limits[image].low}
                onChange={({ target }) => change(image, { low: target.valueAsNumber })}
              />
              <span aria-hidden="true">–</span>
              <input
                type="number"
                aria-label={`${title} to`}
                value={limits[image].high}
                onChange={({ target }) => change(image, { high: target.valueAsNumber })}
              />
              <span className="quiet">{unit}</span>
            </>
          )}
        </div>
      ))}
      {isSet && (
        <div className="range">
          <Checkbox
            className="choice tick"
            isSelected={limits.invert}
            onChange={(invert) => setTool({ ...tool, limits: { ...limits, invert } })}
          >
            Invert
          </Checkbox>
          <Button className="link" onPress={() => setTool({ ...tool, limits: noLimits })}>
            Clear
          </Button>
        </div>
      )}
    </fieldset>
  );
}
