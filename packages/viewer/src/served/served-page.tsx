import { editOfJob } from '../editing/edit-source.ts';
import { EditingProvider } from '../editing/editing-provider.tsx';
import { useEdit } from '../editing/use-edit.ts';
import { ImagePane } from '../images/image-pane.tsx';
import { imagesOf } from '../images/image-set.ts';
import { OverlaysProvider } from '../overlays/overlays.ts';
import { useSoftMap } from '../probability/use-soft-map.ts';
import { useModelMaps } from '../result/use-model-maps.ts';
import { useTerritories } from '../result/use-territories.ts';
import { lookedAtOfJob } from '../second-look/source.ts';
import { useSecondLook } from '../second-look/use-second-look.ts';
import { useShowResult } from '../viewing/use-show-result.ts';
import { JobColumn } from './job-column.tsx';
import { useServedCase } from './served-case.tsx';

/** A case of the service: its images, and the job on it with what came of it. */
export function ServedPage() {
  const { caseId, chosen, job, standing, compared } = useServedCase();
  const made = job.data ?? null;
  const edit = useEdit(made?.jobId ?? null, editOfJob(made));
  // Under the brush the edited mask lies over the images, and the engine's is the one to compare it with.
  const shown = edit.state === 'closed' ? standing.job : made;
  const report = shown?.result?.report ?? null;
  const maps = useModelMaps(shown);
  const look = useSecondLook(lookedAtOfJob(shown));
  const territoriesUrl = shown?.result?.atlas?.territoriesUrl ?? null;
  const territories = useTerritories(shown?.jobId ?? null, report?.location, territoriesUrl);
  const probability = shown?.result?.probabilityUrl ?? null;
  const soft = useSoftMap(shown?.jobId ?? null, probability, report);
  useShowResult(shown?.status === 'completed' ? shown.jobId : null, report);
  const layers = [
    ...(territories?.isOn === true ? [territories.layer] : []),
    ...compared.layers,
    ...maps.list.filter(({ isOn }) => isOn),
    ...(look?.layers ?? []),
    ...(soft?.layer == null ? [] : [soft.layer]),
  ];
  return (
    <EditingProvider edit={edit}>
      <OverlaysProvider value={{ layers, look, territories, maps, soft }}>
        <ImagePane
          images={imagesOf(chosen, shown)}
          title={chosen?.title ?? caseId}
          lesions={report?.lesions ?? []}
        />
        <JobColumn />
      </OverlaysProvider>
    </EditingProvider>
  );
}
