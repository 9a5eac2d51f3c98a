import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Pane } from '../images/pane-layer.tsx';
import { useEditing } from './editing.ts';

/** Which mask a pane shows: the edited one, or the engine's to compare it with. */
export function ShownMaskChoice({ id }: Pick<Pane, 'id'>) {
  const { shown, setShown } = useEditing();
  return (
    <ToggleButtonGroup
      className="group shown-mask"
      aria-label={id === 'main' ? 'Mask on the images' : 'Mask on the second image'}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[shown[id]]}
      onSelectionChange={(selected) => setShown(id, selected.has('engine') ? 'engine' : 'edited')}
    >
      <ToggleButton id="edited" className="toggle">
        Edited
      </ToggleButton>
      <ToggleButton id="engine" className="toggle">
        Engine’s mask
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
