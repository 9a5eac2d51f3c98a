import { axisAcross } from '@atoll/editor/plane';
import { slicePlaneOf } from '../images/slice-slider.tsx';
import { isTyping } from '../images/use-shortcuts.ts';
import { useKeysFirst } from '../ui/use-keys.ts';
import { useViewing } from '../viewing/viewing.tsx';
import { resized } from './tool.ts';
import type { Edit } from './use-edit.ts';

/** Keys while a mask is edited; they go before those of the page. Each is listed in shortcut-help.tsx. */
export function useEditKeys(edit: Edit): void {
  const { display } = useViewing();
  useKeysFirst((event) => {
    if (edit.open === null || event.altKey || isTyping(event.target)) return false;
    const plane = slicePlaneOf(display.plane) ?? 'axial';
    return act(edit, event, axisAcross(edit.open.dwi.affine, plane));
  });
}

/** @returns whether the key meant something. */
function act(edit: Edit, { key, ctrlKey, metaKey, shiftKey }: KeyboardEvent, axis: 0 | 1 | 2): boolean {
  const { open, tool, setTool, preview } = edit;
  if (open === null) return false;
  const { editor } = open;
  const letter = key.toLowerCase();
  if (ctrlKey || metaKey) {
    if (letter === 'y' || (letter === 'z' && shiftKey)) editor.redo();
    else if (letter === 'z') editor.undo();
    else return false;
    return true;
  }
  const tools = { v: 'move', b: 'brush', x: 'eraser', g: 'region' } as const;
  switch (letter) {
    case 'v':
    case 'b':
    case 'x':
    case 'g':
      setTool({ ...tool, name: tools[letter] });
      return true;
    case '[':
    case ']':
      setTool({ ...tool, radiusMm: resized(tool, letter === ']' ? 1 : -1) });
      return true;
    case 'q':
      setTool({ ...tool, isBall: !tool.isBall });
      return true;
    case 'u':
      editor.undo();
      return true;
    case 'y':
      editor.redo();
      return true;
    case '<':
    case '>':
      editor.resize(letter === '>' ? 1 : -1);
      return true;
    case 'h':
      editor.fillHoles(axis);
      return true;
    case 'i':
      editor.fillBetweenSlices(axis);
      return true;
    case 'enter':
      if (preview === null) return false;
      edit.takePreview();
      return true;
    case 'escape':
      if (preview === null) return false;
      edit.dropPreview();
      return true;
    default:
      return false;
  }
}
