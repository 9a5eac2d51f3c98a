/** The thread that a report is written in: one result, one answer. */
import { parentPort } from 'node:worker_threads';
import { asAtollError } from '@atoll/errors/error';
import { writeReport } from '@atoll/report/report-files';
import type { ReportAnswer, ReportTask } from './readable-report.ts';

async function work(task: ReportTask): Promise<ReportAnswer> {
  try {
    return { kind: 'done', files: await writeReport(task) };
  } catch (thrown) {
    const { code, message } = asAtollError(thrown);
    return { kind: 'failed', code, message };
  }
}

parentPort?.once('message', async (task: ReportTask) => parentPort?.postMessage(await work(task)));
