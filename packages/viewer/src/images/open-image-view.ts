import type { ImageView, ViewEvents } from './image-view.ts';

const loadNiivueView = () => import('./niivue-view.ts');
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
  if (hasWebGl2()) {
    const { NiivueView, NoWebGlError } = await loadNiivueView();
    signal.throwIfAborted();
    try {
      return await NiivueView.open(host, events);
    } catch (thrown) {
      // A graphics driver may give out a context and then fail to use it.
      if (!(thrown instanceof NoWebGlError)) throw thrown;
    }
  }
  const { PlainView } = await loadPlainView();
  signal.throwIfAborted();
  return PlainView.open(host, events);
}

/** Fetches the code of the view, so that nothing is asked of anybody when images are shown later. */
export async function prepareImageView(): Promise<void> {
  // A context that is promised may fail after all: the fallback has to be there as well.
  await Promise.all([loadPlainView(), ...(hasWebGl2() ? [loadNiivueView()] : [])]);
}

function hasWebGl2(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  // A browser has few contexts to give; this one is not needed any more.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
