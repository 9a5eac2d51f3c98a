/** The thread that a result is made DICOM in: one result, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { writeSegmentation } from '@atoll/dicom/seg/segmentation';
import { atollVersion } from '@atoll/engines/notice';
import { segmentationFileName } from '@atoll/engines/result-files';
import { asAtollError } from '@atoll/errors/error';
import { readSlices } from '@atoll/intake/dicom-files';
import { filesOfFolder } from '@atoll/intake/folder-files';
import { dicomDocuments } from '@atoll/report/dicom-files';
import { pdfFileName } from '@atoll/report/file-names';
import { writeReport } from '@atoll/report/report-files';
import { readNifti } from '@atoll/volume/nifti-read';
import { type ObjectsAnswer, type ObjectsTask, uidsOf } from './result-objects.ts';

async function write({ jobId, report, study, sources, madeAt }: ObjectsTask) {
  const { engine: name, engineVersion: version } = report.provenance;
  const files = await Promise.all(sources.map((path) => filesOfFolder(path)));
  const segmentation = writeSegmentation({
    mask: await readNifti(study.mask),
    sources: await readSlices(files.flat()),
    algorithm: { name, version },
    atollVersion,
    madeAt,
    uidOf: uidsOf(jobId, segmentationFileName),
  });
  // The case has no name of its own, and the patient’s stands in the file’s header.
  const subject = { label: null, studyDate: null };
  const readable = await writeReport({ report, subject, files: study });
  const documents = dicomDocuments({
    report,
    subject,
    segmentation,
    pdf: readable.get(pdfFileName) ?? null,
    again: { madeAt, uidsOf: (file) => uidsOf(jobId, file) },
  });
  return new Map([[segmentationFileName, segmentation], ...documents]);
}

async function work(task: ObjectsTask): Promise<ObjectsAnswer> {
  try {
    return { kind: 'done', files: await write(task) };
  } catch (thrown) {
    const { code, message } = asAtollError(thrown);
    return { kind: 'failed', code, message };
  }
}

parentPort?.postMessage(await work(workerData));
