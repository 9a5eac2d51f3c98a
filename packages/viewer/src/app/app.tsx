import type { Job, SegmentRequest } from '@atoll/contract/jobs';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CasePanel } from '../cases/case-panel.tsx';
import { useConnection } from '../connection/connection.ts';
import { ConnectionNotice } from '../connection/notice.tsx';
import { type Display, firstDisplay } from '../images/display.ts';
import { ImagePane } from '../images/image-pane.tsx';
import { imagesOf } from '../images/image-set.ts';
import { ModelMapList } from '../result/model-map-list.tsx';
import { ResultColumn } from '../result/result-column.tsx';
import { useModelMaps } from '../result/use-model-maps.ts';
import { useJob } from '../run/use-job.ts';
import { useSegment } from '../run/use-segment.ts';
import { ComparisonPanel } from '../runs/comparison-panel.tsx';
import { RunList } from '../runs/run-list.tsx';
import { useComparison } from '../runs/use-comparison.ts';
import { useRuns } from '../runs/use-runs.ts';
import { Header } from './header.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { usePlace } from './url-state.ts';

/** A point to bring the cursor to; `count` makes a second wish for the same point a new one. */
export type Jump = { readonly mm: readonly [number, number, number]; readonly count: number };

export function App() {
  const [place, go] = usePlace();
  const [tab, setTab] = useState<Tab>('images');
  const [display, setDisplay] = useState<Display>(firstDisplay);
  const [jump, setJump] = useState<Jump | null>(null);
  const { client, patience } = useConnection();
  const cases = useQuery({
    queryKey: ['cases'],
    queryFn: ({ signal }) => patience.run((limit) => client.listCases(limit), { signal }),
  });
  const engines = useQuery({
    queryKey: ['engines'],
    queryFn: ({ signal }) => patience.run((limit) => client.listEngines(limit), { signal }),
  });
  const job = useJob(place.jobId);
  const segment = useSegment((caseId, jobId) => {
    go({ caseId, jobId });
    setTab('result');
  });

  const caseId = job.data?.caseId ?? place.caseId;
  const chosen = cases.data?.details.find((each) => each.id === caseId) ?? null;
  const images = imagesOf(chosen, job.data ?? null);
  const otherId = place.otherId ?? null;
  const other = useJob(otherId);
  const runs = useRuns(caseId, [
    { jobId: place.jobId, query: job },
    { jobId: otherId, query: other },
  ]);
  const { comparison, layers } = useComparison(job.data ?? null, otherId, other);
  const maps = useModelMaps(job.data ?? null);
  useShowResult(job.data ?? null, setJump, setTab);

  return (
    <div className="page" data-tab={tab}>
      <Header />
      <ConnectionNotice />
      <CasePanel
        cases={cases}
        engines={engines}
        chosenId={caseId}
        running={job.data?.status === 'running' || job.data?.status === 'pending'}
        starting={segment.isPending}
        startError={segment.error}
        onChoose={(id) => {
          segment.reset();
          go({ caseId: id, jobId: null });
          setTab('images');
        }}
        onRun={(request) => segment.mutate({ ...request, force: isShown(request, job.data ?? null) })}
      />
      <ImagePane
        images={images}
        title={chosen?.title ?? caseId}
        display={display}
        onDisplay={setDisplay}
        jump={jump}
        lesions={job.data?.result?.report.lesions ?? []}
        layers={[...layers, ...maps.list.filter(({ isOn }) => isOn)]}
      />
      <ResultColumn
        chosen={chosen}
        jobId={place.jobId}
        job={job}
        engines={engines.data ?? null}
        onLesion={(mm) => {
          setJump((before) => ({ mm, count: (before?.count ?? 0) + 1 }));
          setTab('images');
        }}
        onRunAgain={(ended) =>
          segment.mutate({
            case_id: ended.caseId,
            engine: ended.engine,
            preset: ended.preset,
            options: ended.options,
            force: true,
          })
        }
        maps={<ModelMapList maps={maps} />}
        runs={
          <>
            <RunList
              runs={runs}
              engines={engines.data ?? null}
              shownId={place.jobId}
              otherId={otherId}
              onShow={(jobId) => go({ caseId, jobId, otherId: jobId === otherId ? place.jobId : otherId })}
              onCompare={(jobId) => go({ ...place, otherId: jobId })}
              onForget={(jobId) => {
                if (jobId === place.jobId) go({ caseId, jobId: null });
                else if (jobId === otherId) go({ ...place, otherId: null });
                runs.forget(jobId);
              }}
            />
            <ComparisonPanel
              comparison={comparison}
              shown={job.data ?? null}
              other={other.data ?? null}
              engines={engines.data ?? null}
              onEnd={() => go({ ...place, otherId: null })}
            />
          </>
        }
      />
      <Tabs chosen={tab} onChoose={setTab} />
    </div>
  );
}

/** Who asks for what he sees wants it done anew. */
function isShown({ case_id, engine, preset, options = [] }: SegmentRequest, job: Job | null): boolean {
  const isSame = job?.caseId === case_id && job.engine === engine && job.preset === preset;
  return isSame && job.options.join() === options.join();
}

/** A result that arrives brings the cursor to its largest lesion. */
function useShowResult(job: Job | null, setJump: (jump: Jump) => void, setTab: (tab: Tab) => void): void {
  const focus = job?.result?.report.lesions[0]?.focusMm;
  const jobId = job?.status === 'completed' ? job.jobId : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each job, not for each poll's new object
  useEffect(() => {
    if (jobId === null) return;
    if (focus !== undefined) setJump({ mm: focus, count: 0 });
    setTab('images');
  }, [jobId]);
}
