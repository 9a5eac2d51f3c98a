import { EditingProvider } from '../editing/editing-provider.tsx';
import { useEdit } from '../editing/use-edit.ts';
import { ImagePane } from '../images/image-pane.tsx';
import { useLocalCase } from '../local-images/local-case.tsx';
import { LocalPanel } from '../local-images/local-panel.tsx';
import { OverlaysProvider } from '../overlays/overlays.ts';
import { useSoftMap } from '../probability/use-soft-map.ts';
import { useTerritories } from '../result/use-territories.ts';
import { lookedAtOfLocalRun } from '../second-look/source.ts';
import { useSecondLook } from '../second-look/use-second-look.ts';
import { useShowResult } from '../viewing/use-show-result.ts';
import { editOfLocalRun } from './edit-of-local-run.ts';
import { LocalRunColumn } from './local-run-column.tsx';

/** Images that are in this browser tab alone: how they are sorted, and what a run in the page made of them. */
export function LocalPage() {
  const { images, localRun } = useLocalCase();
  const done = localRun.run?.status === 'done' ? localRun.run : null;
  const name = done && `local ${done.number}`;
  const look = useSecondLook(lookedAtOfLocalRun(done));
  const territories = useTerritories(name, done?.report.location, done?.results.territories ?? null);
  const soft = useSoftMap(name, done?.results.probability ?? null, done?.report ?? null);
  useShowResult(name, done?.report ?? null);
  const edit = useEdit(name, done === null ? null : editOfLocalRun(done));
  const layers = [
    ...(territories?.isOn === true ? [territories.layer] : []),
    ...(look?.layers ?? []),
    ...(soft?.layer == null ? [] : [soft.layer]),
  ];
  const maps = { list: [], turn: () => undefined };
  return (
    <EditingProvider edit={edit}>
      <OverlaysProvider value={{ layers, look, territories, maps, soft }}>
        {images === null ? (
          <LocalPanel />
        ) : (
          <ImagePane
            images={images}
            title="Local images (only in this browser tab)"
            lesions={done?.report.lesions ?? []}
          />
        )}
        <LocalRunColumn />
      </OverlaysProvider>
    </EditingProvider>
  );
}
