import { Report } from '@atoll/contract/report';
import { reportFileName } from '@atoll/engines/result-files';
import { AtollError } from '@atoll/errors/error';
import type { Store, StoredFile } from '@atoll/store/store';

/** The report of a job, or of a revision. @throws AtollError RESULT_GONE, RESULT_DAMAGED */
export async function readReport(results: Pick<Store, 'open'>, setId: string): Promise<Report> {
  const stored = await results.open(setId, reportFileName);
  if (stored === null) throw new AtollError('RESULT_GONE');
  return parseReport(await readText(stored));
}

/** @throws AtollError RESULT_DAMAGED */
export function parseReport(text: string): Report {
  try {
    return Report.parse(JSON.parse(text));
  } catch (cause) {
    throw new AtollError('RESULT_DAMAGED', undefined, { cause });
  }
}

async function readText(file: StoredFile): Promise<string> {
  return new Response(file.read()).text();
}
