import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './app/api.ts';
import { App } from './app/app.tsx';
import './theme/tokens.css';
import './theme/controls.css';
import './theme/layout.css';
import './theme/panels.css';
import './theme/images.css';

const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element "page".');
createRoot(page).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
