/**
 * Sine, exponential and logarithm made only of operations that IEEE 754 fixes to the last bit (+ − × ÷ √ and
 * floor). `Math.sin`, `Math.exp`, `Math.log` and `Math.hypot` may differ in their last bit from one
 * JavaScript engine to another, and then a phantom made in a browser would not be the one made in Node.
 */

const steps = 4096;
const sineTable = makeSineTable();

/** sin(2π·turns), to 3·10⁻⁷, for any finite argument. */
export function sine(turns: number): number {
  const at = (turns - Math.floor(turns)) * steps;
  const below = at | 0;
  const low = sineTable[below];
  return low + (sineTable[below + 1] - low) * (at - below);
}

/** cos(2π·turns), to 3·10⁻⁷. */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** eˣ, to a relative 10⁻¹¹, for |x| up to 8. */
export function exponential(x: number): number {
  // The series of e^(x/256), then squared eight times.
  const t = x / 256;
  let power = 1 + t * (1 + (t / 2) * (1 + (t / 3) * (1 + (t / 4) * (1 + (t / 5) * (1 + t / 6)))));
  for (let i = 0; i < 8; i++) power *= power;
  return power;
}

/** Natural logarithm of a positive number, to 10⁻¹². */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // ln m = 2·artanh((m − 1)/(m + 1)), and |s| ≤ 0.172 here.
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  const series = 1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q / 13)))));
  return 2 * s * series + exponent * Math.LN2;
}

function makeSineTable(): Float64Array {
  const table = new Float64Array(steps + 2);
  for (let i = 0; i < table.length; i++) {
    // Folded to a quarter turn, where the series is short.
    const quarter = Math.floor(i / (steps / 4)) % 4;
    const within = (i % (steps / 4)) / (steps / 4);
    const folded = quarter % 2 === 0 ? within : 1 - within;
    table[i] = (quarter < 2 ? 1 : -1) * sineOfQuarter(folded);
  }
  return table;
}

/** sin(π/2·t) for 0 ≤ t ≤ 1. */
function sineOfQuarter(t: number): number {
  const x = (Math.PI / 2) * t;
  const q = x * x;
  let sum = 1;
  for (let n = 9; n >= 1; n--) sum = 1 - (q / (2 * n * (2 * n + 1))) * sum;
  return x * sum;
}
