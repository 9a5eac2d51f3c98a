import type { ImageView, ViewEvents } from './image-view.ts';

const loadNiivueView = () => import('./niivue-view.ts');
const loadStagedView = () => import('./staged-view.ts');
const loadPlainView = () => import('./plain-view.ts');

/**
 * Opens the best view that this browser can draw; without WebGL2, NiiVue is not even loaded.
 * @throws the signal's reason when the view is not wanted any more: it would draw into a canvas that is taken away.
 */
export async function openImageView(
  host: HTMLElement,
  events: ViewEvents,
  signal: AbortSignal,
): Promise<ImageView> {
  if (!hasWebGl2()) {
    const { PlainView } = await loadPlainView();
    signal.throwIfAborted();
    return PlainView.open(host, events);
  }
  const { StagedView } = await loadStagedView();
  signal.throwIfAborted();
  return StagedView.open(host, events, async (below, its) =>
    (await loadNiivueView()).NiivueView.open(below, its),
  );
}

/** Fetches the code that draws the first image. */
export async function expectImageView(): Promise<void> {
  await (hasWebGl2() ? loadStagedView() : loadPlainView());
}

/** Fetches all code of the view, so that nothing is asked of anybody when images are shown later. */
export async function prepareImageView(): Promise<void> {
  await Promise.all([expectImageView(), ...(hasWebGl2() ? [loadNiivueView()] : [])]);
}

let isThere: boolean | null = null;

function hasWebGl2(): boolean {
  if (isThere !== null) return isThere;
  const context = document.createElement('canvas').getContext('webgl2');
  // A browser has few contexts to give; this one is not needed any more.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  isThere = context !== null;
  return isThere;
}
