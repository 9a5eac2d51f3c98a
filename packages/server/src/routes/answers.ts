import { Problem } from '@atoll/contract/problem';
import { z } from 'zod';

/** Error answers of a route, for its schema: all have one form. */
export const problemAnswers = { '4xx': Problem, '5xx': Problem } as const;

const bytes = z.any().meta({ type: 'string', format: 'binary' });

/** Answers of a route that sends files, for its schema; streams pass unchecked. */
export const fileAnswers = {
  200: { description: 'The whole file.', content: { 'application/gzip': { schema: bytes } } },
  206: { description: 'The bytes of Content-Range.', content: { 'application/gzip': { schema: bytes } } },
  304: z.undefined().describe('The copy that the client has is still good.'),
} as const;
