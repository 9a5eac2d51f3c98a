/** So long after the last press, turn of the wheel or key a reader is taken to be looking, ms. */
const pauseMs = 250;

/** Knows whether the reader is doing something to the page just now, for work that would make them wait. */
export class ReaderAtRest {
  readonly #signal: AbortSignal;
  readonly #pressed = new Set<number>();
  #last = Number.NEGATIVE_INFINITY;

  /** @param signal when nobody wants to know any more. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const listen = <K extends keyof WindowEventMap>(type: K, act?: (event: WindowEventMap[K]) => void) => {
      const onEvent = (event: WindowEventMap[K]) => {
        this.#last = performance.now();
        act?.(event);
      };
      window.addEventListener(type, onEvent, { capture: true, passive: true, signal });
    };
    listen('pointerdown', ({ pointerId }) => this.#pressed.add(pointerId));
    listen('pointerup', ({ pointerId }) => this.#pressed.delete(pointerId));
    listen('pointercancel', ({ pointerId }) => this.#pressed.delete(pointerId));
    // What is let go of in another window is not told here.
    listen('blur', () => this.#pressed.clear());
    listen('wheel');
    listen('keydown');
  }

  get isAtRest(): boolean {
    return this.#pressed.size === 0 && performance.now() - this.#last >= pauseMs;
  }

  /** Until they pause. @throws the signal's reason */
  async pause(): Promise<void> {
    while (!this.isAtRest) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      this.#signal.throwIfAborted();
    }
  }
}
