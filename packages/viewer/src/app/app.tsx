import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { AccessProvider } from '../account/access-provider.tsx';
import { AccountNotice } from '../account/account-parts.tsx';
import { CasePanel } from '../cases/case-panel.tsx';
import { ConnectionNotice } from '../connection/notice.tsx';
import { loadBench } from '../local-images/bench.ts';
import { DropOverlay } from '../local-images/drop-overlay.tsx';
import { LocalCaseProvider, useLocalCase } from '../local-images/local-case.tsx';
import { LocalPage } from '../local-run/local-page.tsx';
import { isSilent, ModeProvider, useMode } from '../mode/mode.ts';
import { ServedCaseProvider } from '../served/served-case.tsx';
import { ServedPage } from '../served/served-page.tsx';
import { DiscardQuestion, type DiscardWords } from '../ui/discard-question.tsx';
import { useViewing, ViewingProvider } from '../viewing/viewing.tsx';
import { Header } from './header.tsx';
import './layout.css';
import { Tabs } from './tabs.tsx';

export function App() {
  return (
    <ViewingProvider>
      <LocalCaseProvider>
        <InMode />
      </LocalCaseProvider>
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
  useSilence(isSilent(mode));
  return (
    <div className="page" data-tab={tab} data-mode={mode.mode}>
      <Header />
      <ConnectionNotice>
        <AccountNotice />
      </ConnectionNotice>
      <CasePanel />
      {mode.mode === 'local' ? <LocalPage /> : <ServedPage />}
      <Tabs />
      <DropOverlay
        onNear={() => loadBench().catch(() => undefined)}
        onDrop={(dropped) => {
          drop(dropped);
          showTab('images');
        }}
      />
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
