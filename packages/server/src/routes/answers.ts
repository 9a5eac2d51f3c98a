import { Problem } from '@atoll/contract/problem';
import { z } from 'zod';

/** A JSON answer with its description, for the schema of a route. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } };
}

export const notModified = z.undefined().describe('The client’s cached response is still valid.');

/** In place of the check of a request by its schema, where nothing in it can be wrong or the route itself looks. */
export const asItComes = () => (data: unknown) => ({ value: data });

/** Error answers of a route, for its schema: all have one form. */
export const problemAnswers = {
  '4xx': answer('The request cannot be served; `code` gives the reason, `action` what to do.', Problem),
  '5xx': answer('The service failed or is busy; with Retry-After if waiting helps.', Problem),
};

const bytes = z.any().meta({ type: 'string', format: 'binary' });
const file = (description: string) => ({ description, content: { 'application/gzip': { schema: bytes } } });

/** Answers of a route that sends files, for its schema; streams pass unchecked. */
export const fileAnswers = {
  200: file('The whole file.'),
  206: file('The bytes given in Content-Range.'),
  304: z.undefined().describe('The client’s cached copy is still valid.'),
};

/** Answer of a route that sends a ZIP, for its schema. */
export const zipAnswer = {
  200: { description: 'The ZIP.', content: { 'application/zip': { schema: bytes } } },
};

/** The same where a file may be a report. */
export const resultFileAnswers = {
  ...fileAnswers,
  200: {
    description:
      'The whole file: report.json as JSON, report.html and report.pdf to read, any other as it is packed.',
    content: {
      ...file('').content,
      'application/json': { schema: z.any() },
      'text/html': { schema: z.any() },
      'application/pdf': { schema: bytes },
    },
  },
};
