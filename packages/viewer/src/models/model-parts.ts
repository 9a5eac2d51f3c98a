export { BrowserShelf } from './browser-shelf.ts';
export { ModelOffer } from './model-offer.tsx';
export { modelAmong } from './model-source.ts';
export { ModelsPanel, RuntimeWords } from './models-panel.tsx';
export { hostHasRuntime, prepareRuntime } from './page-runtime.ts';
export { runModelHere } from './run-model.ts';
