import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import '../ui/modal.css';

const shortcuts = [
  ['1 2 3', 'axial, coronal, sagittal'],
  ['4 5', 'all planes, 3D'],
  ['D A F', 'DWI, ADC, FLAIR'],
  ['↑ ↓', 'next, previous slice (with the images focused)'],
  ['O', 'mask on or off'],
  ['E', 'mask as outline or filled'],
  ['R', 'reference mask on or off'],
  ['C', 'all overlays on or off'],
  ['N P', 'next, previous lesion'],
  ['M', 'next candidate that the mask may have missed'],
  ['+', 'add that candidate to a copy of the mask, or remove it'],
  ['B', 'brain outline on or off'],
  ['V B X G', 'while editing: move, brush, eraser, fill region'],
  ['[ ]', 'while editing: smaller, larger brush'],
  ['S', 'while editing: brush in one slice or through slices'],
  ['Ctrl+Z', 'while editing: undo; with Shift redo'],
  ['+ −', 'while editing: grow, shrink by 1 mm'],
  ['H I', 'while editing: fill holes, fill between slices'],
  ['scroll', 'slice by slice'],
  ['right drag', 'brightness and contrast'],
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
