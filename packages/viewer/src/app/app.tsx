import type { Job, SegmentRequest } from '@atoll/contract/jobs';
import type { Report } from '@atoll/contract/report';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CasePanel } from '../cases/case-panel.tsx';
import { useConnection } from '../connection/connection.ts';
import { ConnectionNotice } from '../connection/notice.tsx';
import { type Display, firstDisplay } from '../images/display.ts';
import { ImagePane } from '../images/image-pane.tsx';
import { imagesOf } from '../images/image-set.ts';
import { loadBench } from '../own/bench.ts';
import { DiscardQuestion } from '../own/discard-question.tsx';
import { DropOverlay } from '../own/drop-overlay.tsx';
import { OwnEntry } from '../own/own-entry.tsx';
import { OwnPanel } from '../own/own-panel.tsx';
import { SendOffer, serviceNear } from '../own/send-offer.tsx';
import { hostOf, SendView } from '../own/send-view.tsx';
import { SentCase, useSentCase } from '../own/sent-case.tsx';
import { useOwnCase } from '../own/use-own-case.ts';
import { useSending } from '../own/use-sending.ts';
import { PrivateColumn } from '../private/private-column.tsx';
import { ModelMapList } from '../result/model-map-list.tsx';
import { ResultColumn } from '../result/result-column.tsx';
import { useModelMaps } from '../result/use-model-maps.ts';
import { useTerritories } from '../result/use-territories.ts';
import { useJob } from '../run/use-job.ts';
import { useSegment } from '../run/use-segment.ts';
import { ComparisonPanel } from '../runs/comparison-panel.tsx';
import { RunList } from '../runs/run-list.tsx';
import { useComparison } from '../runs/use-comparison.ts';
import { useRuns } from '../runs/use-runs.ts';
import { lookedAtOfJob, lookedAtOfRun } from '../second-look/source.ts';
import { isOfSecondLook, useSecondLook } from '../second-look/use-second-look.ts';
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
  const { client, patience, address } = useConnection();
  const ownCase = useOwnCase(place, go);
  const sending = useSending((sentId) => {
    ownCase.own.close();
    go({ caseId: sentId, jobId: null });
  });
  const enabled = !ownCase.quiet;
  const cases = useQuery({
    queryKey: ['cases'],
    queryFn: ({ signal }) => patience.run((limit) => client.listCases(limit), { signal }),
    enabled,
  });
  const engines = useQuery({
    queryKey: ['engines'],
    queryFn: ({ signal }) => patience.run((limit) => client.listEngines(limit), { signal }),
    enabled,
  });
  useSilence(ownCase.quiet);
  const job = useJob(place.jobId);
  const segment = useSegment((caseId, jobId) => {
    go({ caseId, jobId });
    setTab('result');
  });

  const caseId = job.data?.caseId ?? place.caseId;
  const listed = cases.data?.details.find((each) => each.id === caseId) ?? null;
  const sentCase = useSentCase(listed === null ? caseId : null);
  const chosen = listed ?? sentCase.data ?? null;
  const otherId = place.otherId ?? null;
  const other = useJob(otherId);
  const runs = useRuns(caseId, [
    { jobId: place.jobId, query: job },
    { jobId: otherId, query: other },
  ]);
  const { comparison, layers } = useComparison(job.data ?? null, otherId, other);
  const maps = useModelMaps(job.data ?? null);
  const look = useSecondLook(
    ownCase.shown ? lookedAtOfRun(ownCase.privateRun.run) : lookedAtOfJob(job.data ?? null),
  );
  const { run } = ownCase.privateRun;
  const atlasUrl = job.data?.result?.atlas?.territoriesUrl ?? null;
  const jobTerritories = useTerritories(job.data?.jobId ?? null, job.data?.result?.report.location, atlasUrl);
  const ownDone = run?.status === 'done' ? run : null;
  const ownTerritories = useTerritories(
    ownDone && `own ${ownDone.number}`,
    ownDone?.report.location,
    ownDone?.results.territories ?? null,
  );
  const territories = ownCase.shown ? ownTerritories : jobTerritories;
  const ownReport = ownCase.shown && run?.status === 'done' ? run.report : null;
  const images = ownCase.shown ? ownCase.images : imagesOf(chosen, job.data ?? null);
  const report = ownCase.shown ? ownReport : (job.data?.result?.report ?? null);
  const finished = ownCase.shown
    ? ownReport && `own ${run?.number}`
    : job.data?.status === 'completed'
      ? job.data.jobId
      : null;
  useShowResult(finished, report, setJump, setTab);
  const toLesion = (mm: Jump['mm']) => {
    setJump((before) => ({ mm, count: (before?.count ?? 0) + 1 }));
    setTab('images');
  };

  return (
    <div className="page" data-tab={tab}>
      <Header />
      <ConnectionNotice />
      <CasePanel
        own={
          <>
            <OwnEntry ownCase={ownCase} onShow={() => setTab('images')} />
            <SentCase query={sentCase} onDeleted={() => go({ caseId: null, jobId: null })} />
          </>
        }
        ownShown={ownCase.shown}
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
      {ownCase.shown && images === null ? (
        <OwnPanel
          own={ownCase.own}
          onRunHere={async (preset) => {
            if (await ownCase.runHere(preset)) setTab('result');
          }}
          offer={
            <SendOffer
              service={serviceNear(cases, address)}
              onLook={cases.refetch}
              onSend={ownCase.prepareSending}
            />
          }
          sending={(made) => (
            <SendView made={made} host={hostOf(address)} sending={sending} onBack={ownCase.sortAgain} />
          )}
        />
      ) : (
        <ImagePane
          images={images}
          title={ownCase.shown ? 'Your images, in this page alone' : (chosen?.title ?? caseId)}
          display={display}
          onDisplay={setDisplay}
          jump={jump}
          lesions={report?.lesions ?? []}
          layers={[
            ...(territories?.isOn === true ? [territories.layer] : []),
            ...(ownCase.shown ? [] : [...layers, ...maps.list.filter(({ isOn }) => isOn)]),
            ...(look?.layers ?? []),
          ]}
          look={look}
        />
      )}
      {ownCase.shown ? (
        <PrivateColumn
          handle={ownCase.privateRun}
          look={look}
          onLesion={toLesion}
          territories={ownTerritories}
        />
      ) : (
        <ResultColumn
          chosen={chosen}
          jobId={place.jobId}
          job={job}
          engines={engines.data ?? null}
          look={look}
          onLesion={toLesion}
          onRunAgain={(ended) =>
            segment.mutate({
              case_id: ended.caseId,
              engine: ended.engine,
              preset: ended.preset,
              options: ended.options,
              force: true,
            })
          }
          territories={jobTerritories}
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
      )}
      <Tabs chosen={tab} onChoose={setTab} />
      <DropOverlay
        onNear={() => loadBench().catch(() => undefined)}
        onDrop={(dropped) => {
          ownCase.drop(dropped);
          setTab('images');
        }}
      />
      {ownCase.question !== null && <DiscardQuestion {...ownCase.question} />}
    </div>
  );
}

/** Whoever looks at his own images is asked for nothing and tells nobody: what is under way to a service ends. */
function useSilence(quiet: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (quiet) queries.cancelQueries();
  }, [quiet, queries]);
}

/** Who asks for what he sees wants it done anew. */
function isShown({ case_id, engine, preset, options = [] }: SegmentRequest, job: Job | null): boolean {
  const isSame = job?.caseId === case_id && job.engine === engine && job.preset === preset;
  return isSame && job.options.join() === options.join();
}

/**
 * A result that arrives brings the cursor to its largest lesion, or else to what it may have missed.
 * @param finished names the result; null while there is none.
 */
function useShowResult(
  finished: string | null,
  report: Report | null,
  setJump: (jump: Jump) => void,
  setTab: (tab: Tab) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each result, not for each poll's new object
  useEffect(() => {
    if (finished === null) return;
    const look = report?.plainLook;
    const missed = look?.status === 'done' ? look.missed[0]?.focusMm : undefined;
    const focus = report?.lesions[0]?.focusMm ?? missed;
    if (focus !== undefined) setJump({ mm: focus, count: 0 });
    // On a narrow screen the images come first, unless their mask is not to be trusted.
    const isGrave = report?.warnings.some((each) => each.severity === 'serious' && isOfSecondLook(each));
    setTab(isGrave === true ? 'result' : 'images');
  }, [finished]);
}
