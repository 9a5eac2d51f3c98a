import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:7860';

export default defineConfig({
  root: import.meta.dirname,
  // A copy of the page may lie below any path.
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // NiiVue is one module of 1.2 MB; it is loaded after the page stands.
    chunkSizeWarningLimit: 1600,
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': server, '/files': server, '/health': server } },
});
