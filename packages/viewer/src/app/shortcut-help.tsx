import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import '../ui/modal.css';

const shortcuts = [
  ['1 2 3', 'axial, coronal, sagittal'],
  ['4 5', 'all planes, 3D'],
  ['D A F', 'DWI, ADC, FLAIR'],
  ['↑ ↓', 'next, previous slice (with the images focused)'],
  ['S', 'two images side by side, such as DWI and ADC'],
  ['L', 'lightbox: all slices with lesion'],
  ['T', 'ADC below 620·10⁻⁶ mm²/s on or off'],
  ['Z', 'reset zoom and window'],
  ['O', 'mask on or off'],
  ['E', 'mask as outline or filled'],
  ['R', 'reference mask on or off'],
  ['C', 'all overlays on or off'],
  ['N P', 'next, previous lesion'],
  ['M', 'next candidate that the mask may have missed'],
  ['+', 'add that candidate to the mask, in the editing panel'],
  ['B', 'brain outline on or off'],
  ['click', 'set the cursor'],
  ['wheel', 'scroll through the slices'],
  ['left drag', 'window width and level'],
  ['right drag', 'zoom'],
  ['Shift drag', 'pan (also with the middle button)'],
  ['touch', 'one finger scrolls, two fingers zoom and pan'],
  ['V X G', 'while editing: move, eraser, fill region'],
  ['B', 'while editing: brush'],
  ['[ ]', 'while editing: smaller, larger brush'],
  ['Q', 'while editing: brush in one slice or through slices'],
  ['Ctrl+Z U', 'while editing: undo'],
  ['Ctrl+Shift+Z Y', 'while editing: redo'],
  ['< >', 'while editing: shrink, grow by 1 mm'],
  ['N P', 'while editing: next, previous lesion of the edited mask'],
  ['K', 'while editing: keep this lesion, and go to the next'],
  ['Delete', 'while editing: delete this lesion'],
  ['H I', 'while editing: fill holes, fill between slices'],
];

export function ShortcutHelp() {
  return (
    <DialogTrigger>
      <Button className="link">Keyboard shortcuts</Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="dialog">
          <Heading slot="title">Keyboard and mouse shortcuts</Heading>
          <dl className="shortcuts">
            {shortcuts.map(([keys, what]) => (
              <div key={keys}>
                <dt>{keys}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
