import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = 'http://127.0.0.1:7860';

/** The package's own entry starts a worker by address; the page brings worker and converter itself. */
const compiled = (ending: string) =>
  fileURLToPath(new URL(`./dcm2niix.jpeg.${ending}`, import.meta.resolve('@niivue/dcm2niix')));

/**
 * A browser takes the order of the layers from whichever sheet names them first, and of the sheets that the build makes any
 * may be loaded first: each is told the order.
 */
function layerOrder(): Plugin {
  const [order = ''] =
    /@layer [\w, ]+;/.exec(readFileSync(`${import.meta.dirname}/src/ui/tokens.css`, 'utf8')) ?? [];
  return {
    name: 'layer-order',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'asset' && file.fileName.endsWith('.css')) file.source = order + file.source;
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // A copy of the page may lie below any path.
  base: './',
  plugins: [react(), layerOrder()],
  resolve: {
    alias: {
      '@niivue/dcm2niix/compiled': compiled('js'),
      '@niivue/dcm2niix/wasm?url': `${compiled('wasm')}?url`,
    },
  },
  // The converter asks for Node's "module" where it runs in Node, which it does not here.
  worker: { format: 'es', rolldownOptions: { external: ['module'] } },
  build: {
    target: 'es2022',
    // NiiVue is one module of 1.2 MB; it is loaded after the page stands.
    chunkSizeWarningLimit: 1600,
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': server, '/files': server, '/health': server } },
});
