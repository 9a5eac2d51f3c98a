// First, for it says which layer of styles is stronger than which.
import './ui/tokens.css';
import './ui/controls.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { findAddress } from './connection/address.ts';
import { ConnectionProvider, openConnection } from './connection/connection.ts';
import { pageConfig } from './connection/page-config.ts';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element "page".');

// Patience is the service's own: what comes out of it has been tried long enough.
const queryClient = new QueryClient({
  defaultOptions: {
    queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false },
    mutations: { networkMode: 'always', retry: false },
  },
});
// Only `atoll review` wants the other page: nobody else waits for it.
const config = await pageConfig();
const isReview = config.review === true;
const Shown = isReview ? (await import('./review/review-app.tsx')).ReviewApp : App;
const connection = openConnection(await findAddress(), config);
createRoot(page).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ConnectionProvider value={connection}>
        <Shown />
      </ConnectionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
