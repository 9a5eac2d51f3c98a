import { Header } from '../app/header.tsx';
import { Tabs } from '../app/tabs.tsx';
import { ConnectionNotice } from '../connection/notice.tsx';
import { EditPanel } from '../editing/edit-panel.tsx';
import type { ReviewEnd } from '../editing/edit-source.ts';
import { useEditing } from '../editing/editing.ts';
import { EditingProvider } from '../editing/editing-provider.tsx';
import { useEdit } from '../editing/use-edit.ts';
import { ImagePane } from '../images/image-pane.tsx';
import type { ImageSet } from '../images/image-set.ts';
import { type Layer, modelLook, otherRunLook } from '../images/layer.ts';
import { OverlaysProvider } from '../overlays/overlays.ts';
import { ProbabilityPanel } from '../probability/probability-panel.tsx';
import { useSoftMap } from '../probability/use-soft-map.ts';
import { ReportPanel } from '../result/result-panel.tsx';
import { useTerritories } from '../result/use-territories.ts';
import { BrainChoice } from '../second-look/brain-choice.tsx';
import { useSecondLook } from '../second-look/use-second-look.ts';
import { Failure } from '../ui/failure.tsx';
import { useShowResult } from '../viewing/use-show-result.ts';
import { useViewing, ViewingProvider } from '../viewing/viewing.tsx';
import { ReviewColumn } from './review-list.tsx';
import { shownCase } from './shown-case.ts';
import { type ReviewState, useReview } from './use-review.ts';
import { VerdictPanel } from './verdict-panel.tsx';
import '../app/layout.css';
import './review.css';

/** The page as `atoll review` serves it: a reader goes through the results of a derivative. */
export function ReviewApp() {
  return (
    <ViewingProvider>
      <ReviewPage />
    </ViewingProvider>
  );
}

function ReviewPage() {
  const review = useReview();
  const { tab } = useViewing();
  const shown = review.shown === null ? null : shownCase(review.shown, review.urlOf);
  const report = shown?.report ?? null;
  const look = useSecondLook(shown?.lookedAt ?? null);
  const territories = useTerritories(shown?.id ?? null, report?.location, shown?.territoriesUrl ?? null);
  const soft = useSoftMap(shown?.id ?? null, shown?.probabilityUrl ?? null, report);
  useShowResult(shown?.id ?? null, report);
  const layers: Layer[] = [
    ...(territories?.isOn === true ? [territories.layer] : []),
    ...(look?.layers ?? []),
    ...(soft?.layer == null ? [] : [soft.layer]),
    ...(shown?.otherMasks ?? []).map(({ id, title, url }, at) => ({
      id,
      title,
      source: url,
      look: at === 0 ? otherRunLook : modelLook(at - 1),
    })),
  ];
  const images: ImageSet | null = shown?.images ?? null;
  const edit = useEdit(shown?.id ?? null, shown === null ? null : { ...shown.edited, end: endOf(review) });
  return (
    <EditingProvider edit={edit}>
      <OverlaysProvider
        value={{ layers, look, territories, maps: { list: [], turn: () => undefined }, soft }}
      >
        <div className="page" data-tab={tab} data-mode="review">
          <Header hasApi={false} />
          <ConnectionNotice />
          <ReviewColumn review={review} />
          <ImagePane images={images} title={review.caseId} lesions={report?.lesions ?? []} />
          <VerdictColumn review={review} />
          <Tabs />
        </div>
      </OverlaysProvider>
    </EditingProvider>
  );
}

/** Right column: the verdict, and what the engine and the second look say. */
function VerdictColumn({ review }: { readonly review: ReviewState }) {
  const { shown, shownError, caseId } = review;
  const edit = useEditing();
  return (
    <aside className="column result" aria-label="Result">
      {edit.state !== 'closed' || edit.error !== null ? (
        <EditPanel />
      ) : shown !== null ? (
        <>
          <VerdictPanel key={shown.summary.id} review={review} shown={shown} />
          <ReportPanel report={shown.report}>
            <ProbabilityPanel volumeMl={shown.report.volumeMl} mayEdit />
            <BrainChoice />
          </ReportPanel>
        </>
      ) : shownError !== null ? (
        <Failure error={shownError} onRetry={review.retry} />
      ) : (
        <div className="empty" role="status">
          <p>{caseId === null ? 'No case.' : 'Opening the case…'}</p>
        </div>
      )}
    </aside>
  );
}

/** What a reader makes of a mask with the tools of the page is a verdict as any other. */
function endOf({ list, giveAndWait }: ReviewState): ReviewEnd {
  return {
    kind: 'review',
    rater: list?.rater ?? '',
    give: (verdict, note, mask) =>
      giveAndWait({
        verdict,
        // One line, as tables have notes.
        note: note.replace(/\s+/g, ' ').trim(),
        mask: mask === null ? null : new Blob([mask]),
      }),
  };
}
