/** A volume for people: two decimals while they matter. */
export function ml(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} mL`;
}

/** An ADC, given in mm²/s. */
export function measuredText(mm2PerS: number): string {
  return `${adcNumber(mm2PerS)} · 10⁻⁶ mm²/s`;
}

/** The same in tables, whose head has the unit. */
export function adcNumber(mm2PerS: number | null): string {
  return mm2PerS === null ? '–' : (mm2PerS * 1e6).toFixed(0);
}

export function percent(value: number): string {
  return `${value > 0 && value < 1 ? '< 1' : value.toFixed(0)} %`;
}

/** A time of ISO 8601 as the same on every machine: UTC, to the minute. */
export function timeText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
