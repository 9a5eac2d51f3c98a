import { expect, it } from 'vitest';
import { PullBar } from './pull-bar.ts';

it('tells how many layers of an image are there, a line for each step where there is no terminal', () => {
  const written: string[] = [];
  const bar = new PullBar({ write: (text) => written.push(text) });
  const lines = [
    'Using default tag: none',
    '1a2b: Pulling fs layer',
    '3c4d: Pulling fs layer',
    '1a2b: Download complete',
    '1a2b: Pull complete',
    '3c4d: Already exists',
  ];
  for (const line of lines) bar.line(line);
  expect(written).toEqual([
    'Contacting the registry\n',
    'Using default tag: none\n',
    '0 of 1 layers\n',
    '0 of 2 layers\n',
    '1 of 2 layers\n',
    '2 of 2 layers\n',
  ]);
});
