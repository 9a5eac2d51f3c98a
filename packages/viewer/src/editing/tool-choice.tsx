import { axisAcross } from '@atoll/editor/plane';
import {
  Button,
  Checkbox,
  Label,
  Radio,
  RadioGroup,
  Slider,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components';
import { slicePlaneOf } from '../images/slice-slider.tsx';
import { useViewing } from '../viewing/viewing.tsx';
import { useEditing } from './editing.ts';
import { RangeFields } from './range-fields.tsx';
import { radiusBoundsMm, type ToolName } from './tool.ts';

const tools: readonly (readonly [ToolName, string, string])[] = [
  ['move', 'Move', 'V'],
  ['brush', 'Brush', 'B'],
  ['eraser', 'Eraser', 'X'],
  ['region', 'Fill region', 'G'],
];

/** What the pointer does, and what can be done to the whole mask. */
export function ToolChoice() {
  const edit = useEditing();
  const { display } = useViewing();
  const { open, tool, setTool, preview, hint } = edit;
  if (open === null) return null;
  const { editor, dwi } = open;
  const axis = axisAcross(dwi.affine, slicePlaneOf(display.plane) ?? 'axial');
  return (
    <section className="tools" aria-label="Tools">
      <RadioGroup
        className="tool-row"
        aria-label="Tool"
        orientation="horizontal"
        value={tool.name}
        onChange={(name) => {
          const chosen = tools.find(([each]) => each === name)?.[0];
          if (chosen !== undefined) setTool({ ...tool, name: chosen });
        }}
      >
        {tools.map(([name, title, key]) => (
          <Radio key={name} value={name} className="tool" aria-keyshortcuts={key}>
            {title}
          </Radio>
        ))}
      </RadioGroup>
      {(tool.name === 'brush' || tool.name === 'eraser') && (
        <>
          <Slider
            className="slider edit-slider"
            minValue={radiusBoundsMm.least}
            maxValue={radiusBoundsMm.most}
            step={0.5}
            value={tool.radiusMm}
            onChange={(radiusMm) => setTool({ ...tool, radiusMm })}
          >
            <Label>Radius</Label>
            <SliderOutput>{`${tool.radiusMm} mm`}</SliderOutput>
            <SliderTrack className="slider-track">
              <SliderThumb className="slider-thumb" />
            </SliderTrack>
          </Slider>
          <Checkbox
            className="choice tick"
            isSelected={tool.isBall}
            onChange={(isBall) => setTool({ ...tool, isBall })}
          >
            Through slices (3D)
          </Checkbox>
          <p className="quiet">The right mouse button or Shift erases.</p>
        </>
      )}
      {tool.name === 'region' && (
        <>
          <Slider
            className="slider edit-slider"
            minValue={0.1}
            maxValue={0.8}
            step={0.05}
            value={tool.reach}
            onChange={(reach) => setTool({ ...tool, reach })}
          >
            <Label>Reach</Label>
            <SliderOutput>{`${Math.round(100 * tool.reach)} %`}</SliderOutput>
            <SliderTrack className="slider-track">
              <SliderThumb className="slider-thumb" />
            </SliderTrack>
          </Slider>
          {preview === null ? (
            <p className="quiet">{hint ?? 'Click a lesion to see what would be added.'}</p>
          ) : (
            <div className="button-row">
              <Button className="button primary" onPress={edit.takePreview}>
                Add region
              </Button>
              <Button className="button" onPress={edit.dropPreview}>
                Cancel
              </Button>
            </div>
          )}
        </>
      )}
      <RangeFields />
      <div className="button-row">
        <Button className="button" onPress={() => editor.resize(1)}>
          Grow 1 mm
        </Button>
        <Button className="button" onPress={() => editor.resize(-1)}>
          Shrink 1 mm
        </Button>
      </div>
      <div className="button-row">
        <Button className="button" onPress={() => editor.fillHoles(axis)}>
          Fill holes
        </Button>
        <Button className="button" onPress={() => editor.fillBetweenSlices(axis)}>
          Fill between slices
        </Button>
      </div>
    </section>
  );
}
