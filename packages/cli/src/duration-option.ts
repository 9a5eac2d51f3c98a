import { InvalidArgumentError } from 'commander';

const days = 86_400_000;
const units: Readonly<Record<string, number>> = { h: days / 24, d: days };

/** A time such as 12h or 30d, in ms. */
export function durationOption(text: string): number {
  const [, figure, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  if (unit === undefined || Number(figure) === 0) {
    throw new InvalidArgumentError('It must be a time such as 12h or 30d.');
  }
  return Number(figure) * units[unit];
}
