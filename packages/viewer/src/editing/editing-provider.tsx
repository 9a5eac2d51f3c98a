import type { ReactNode } from 'react';
import { type Pane, PaneLayerProvider } from '../images/pane-layer.tsx';
import { EditLayer } from './edit-layer.tsx';
import { EditingContext } from './editing.ts';
import { ShownMaskChoice } from './shown-mask-choice.tsx';
import type { Edit } from './use-edit.ts';

type Props = { readonly edit: Edit; readonly children: ReactNode };

/** Gives a page its one edit, and lays the mask that is edited over the slices. */
export function EditingProvider({ edit, children }: Props) {
  const { open, shown } = edit;
  const layer =
    open === null
      ? null
      : {
          hidesMask: (id: Pane['id']) => shown[id] === 'edited',
          render: (pane: Pane) => (
            <>
              {shown[pane.id] === 'edited' && <EditLayer pane={pane} open={open} />}
              <ShownMaskChoice id={pane.id} />
            </>
          ),
        };
  return (
    <EditingContext value={edit}>
      <PaneLayerProvider value={layer}>{children}</PaneLayerProvider>
    </EditingContext>
  );
}
