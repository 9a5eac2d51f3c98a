import { InvalidArgumentError } from 'commander';

/** What `--b-value` says, in s/mm². */
export function parseBValue(text: string): number {
  if (/^\d{1,6}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number in s/mm², such as 1000.');
}
