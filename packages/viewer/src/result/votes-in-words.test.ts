import { expect, it } from 'vitest';
import { votesInWords } from './votes-in-words.ts';

const part = (engine: string, title: string) => ({
  engine,
  title,
  overlay: `mask-${engine}`,
  volumeMl: 1,
  lesionCount: 1,
  diceWithMask: 1,
  aloneMl: 0,
  sensitivity: null,
  specificity: null,
});
const votesOf = (one: number, other: number) =>
  votesInWords(
    {
      parts: [part('a', 'Engine A'), part('b', 'Engine B')],
      lesionVotes: [
        {
          lesionId: 1,
          shares: [
            { engine: 'a', share: one },
            { engine: 'b', share: other },
          ],
        },
      ],
    },
    1,
  );

it('says who marked a lesion, and how much of it where not all', () => {
  expect(votesOf(1, 1)).toBe('Marked by 2 of 2');
  expect(votesOf(1, 0)).toBe('Marked by 1 of 2: Engine A');
  expect(votesOf(0.212, 0.788)).toBe('Marked by 2 of 2: Engine A (21 % of it), Engine B (79 % of it)');
  expect(votesOf(1, 0.002)).toBe('Marked by 2 of 2: Engine A, Engine B (less than 1 % of it)');
  expect(votesOf(0.998, 0.5)).toBe(
    'Marked by 2 of 2: Engine A (more than 99 % of it), Engine B (50 % of it)',
  );
});

it('has nothing to say where one engine made the mask', () => {
  expect(votesInWords(undefined, 1)).toBeNull();
});
