/** An axis whose ends and marks are round numbers. */
export type Axis = {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  text(tick: number): string;
};

/** @param least, @param most of the values, which differ. @param about how many steps it should have. */
export function niceTicks(least: number, most: number, about: number): Axis {
  const rough = (most - least) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10);
  const [first, last] = [Math.floor(least / step), Math.ceil(most / step)];
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    from: first * step,
    to: last * step,
    ticks: Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step),
    text: (tick) =>
      tick
        .toFixed(digits)
        .replace('-', '−')
        .replace(/^−(0(?:\.0*)?)$/, '$1'),
  };
}
