import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { AccessProvider } from '../account/access-provider.tsx';
import { AccountNotice } from '../account/account-parts.tsx';
import { CasePanel } from '../cases/case-panel.tsx';
import { ConnectionNotice } from '../connection/notice.tsx';
import { loadBench } from '../local-images/bench.ts';
import { DropOverlay } from '../local-images/drop-overlay.tsx';
import { LocalCaseProvider, useLocalCase } from '../local-images/local-case.tsx';
import { isSilent, ModeProvider, useMode } from '../mode/mode.ts';
import { useModels } from '../models/models-context.ts';
import { ModelsProvider } from '../models/models-provider.tsx';
import { useModelParts } from '../models/use-model-parts.ts';
import { ServedCaseProvider } from '../served/served-case.tsx';
import { ServedPage } from '../served/served-page.tsx';
import { DiscardQuestion, type DiscardWords } from '../ui/discard-question.tsx';
import { FailureWords } from '../ui/failure.tsx';
import { useViewing, ViewingProvider } from '../viewing/viewing.tsx';
import { Header } from './header.tsx';
import './layout.css';
import { Tabs } from './tabs.tsx';

const importLocalPage = () => import('../local-run/local-page.tsx');

/** Who looks at cases of the service alone never needs it; it comes when files come near, as the bench does. */
const LocalPage = lazy(() =>
  importLocalPage().then(
    ({ LocalPage }) => ({ default: LocalPage }),
    () => ({ default: NotLoaded }),
  ),
);

function NotLoaded() {
  const words = {
    title: 'Local images cannot be opened now',
    detail: 'A part of this page could not be loaded.',
    action: 'Check the connection and reload the page.',
    code: 'PAGE_INCOMPLETE',
  };
  return (
    <main className="column images">
      <FailureWords words={words} />
    </main>
  );
}

export function App() {
  return (
    <ViewingProvider>
      <ModelsProvider>
        <LocalCaseProvider>
          <InMode />
        </LocalCaseProvider>
      </ModelsProvider>
    </ViewingProvider>
  );
}

function InMode() {
  const { mode } = useLocalCase();
  return (
    <ModeProvider value={mode}>
      <AccessProvider>
        <ServedCaseProvider>
          <Page />
        </ServedCaseProvider>
      </AccessProvider>
    </ModeProvider>
  );
}

const unsavedResult: DiscardWords = {
  title: 'Discard the unsaved result?',
  text: 'It exists only in this browser tab and will be lost.',
  stay: 'Keep result',
  goOn: 'Discard result',
};

/** What both modes have around them. */
function Page() {
  const mode = useMode();
  const { tab, showTab } = useViewing();
  const { question, drop } = useLocalCase();
  const models = useModels();
  const parts = useModelParts(models.offer !== null);
  useSilence(isSilent(mode));
  return (
    <div className="page" data-tab={tab} data-mode={mode.mode}>
      <Header />
      <ConnectionNotice>
        <AccountNotice />
      </ConnectionNotice>
      <CasePanel />
      {mode.mode === 'local' ? (
        <Suspense fallback={<main className="column images" aria-busy="true" />}>
          <LocalPage />
        </Suspense>
      ) : (
        <ServedPage />
      )}
      <Tabs />
      <DropOverlay
        onNear={() => {
          loadBench().catch(() => undefined);
          importLocalPage().catch(() => undefined);
          models.look(isSilent(mode));
        }}
        onDrop={(dropped) => {
          drop(dropped).then((isImages) => isImages && showTab('images'));
        }}
      />
      {parts !== null && <parts.ModelOffer />}
      {question !== null && <DiscardQuestion words={unsavedResult} {...question} />}
    </div>
  );
}

/** Whoever looks at local images requests nothing and tells nobody: requests to a service that are under way end. */
function useSilence(silent: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (silent) queries.cancelQueries();
  }, [silent, queries]);
}
