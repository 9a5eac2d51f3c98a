import { ProgressBar, type Terminal } from './progress-bar.ts';

const layerLine = /^([0-9a-f]{4,64}): (.+)$/;
const doneWords = ['Pull complete', 'Already exists'];

/**
 * How far a pull is, from the lines that docker and podman print where there is no terminal: by layers, for their
 * sizes are not told.
 */
export class PullBar {
  readonly #bar: ProgressBar;
  readonly #layers = new Map<string, boolean>();
  #done = 0;

  constructor(terminal?: Terminal) {
    this.#bar = new ProgressBar(terminal);
    this.#show('Contacting the registry');
  }

  line(line: string): void {
    const [, layer, state] = layerLine.exec(line.trim()) ?? [];
    if (layer === undefined) {
      if (line.trim() !== '') this.#show(line.trim());
      return;
    }
    this.#layers.set(layer, this.#layers.get(layer) === true || doneWords.includes(state));
    this.#done = [...this.#layers.values()].filter((isDone) => isDone).length;
    this.#show(`${this.#done} of ${this.#layers.size} layers`);
  }

  clear(): void {
    this.#bar.clear();
  }

  #show(message: string): void {
    const fraction = this.#layers.size === 0 ? 0 : this.#done / this.#layers.size;
    // The bar prints a line for each stage where there is no terminal.
    this.#bar.show({ stage: message, fraction, message });
  }
}
