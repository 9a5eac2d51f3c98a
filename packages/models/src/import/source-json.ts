import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AtollError } from '@atoll/errors/error';
import type { z } from 'zod';

const mostBytes = 16 * 2 ** 20;

/**
 * A JSON file of a trained model, as far as a schema asks for it.
 * @throws AtollError MODEL_INVALID
 */
export async function readSource<Schema extends z.ZodType>(
  folder: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  let given: unknown;
  try {
    const bytes = await readFile(join(folder, name));
    if (bytes.length > mostBytes) throw new Error('It is too large.');
    given = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new AtollError('MODEL_INVALID', `${name} is missing in the folder, or is not JSON.`, { cause });
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new AtollError('MODEL_INVALID', `${name}: ${path.join('.')}: ${message}`);
}

/** What Atoll does not do as the model's own package does it: better no model than one that is quietly another. */
export function notImportable(what: string): AtollError {
  return new AtollError('MODEL_NOT_IMPORTABLE', `${what}; Atoll cannot reproduce this faithfully.`);
}
