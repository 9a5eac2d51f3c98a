import type { Report } from '@atoll/contract/report';
import {
  mniMaskFileName,
  mniSideCarName,
  mniTransformName,
  territoriesFileName,
} from '@atoll/engines/location-files';
import {
  brainFileName,
  maskFileName,
  missedFileName,
  probabilityFileName,
  reportFileName,
  segmentationFileName,
} from '@atoll/engines/result-files';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import { dicomPdfFileName, htmlFileName, measurementsFileName, pdfFileName } from '@atoll/report/file-names';
import { unnamedSubject } from '@atoll/report/subject';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { loadBench } from '../local-images/bench.ts';
import type { MadeCase } from '../local-images/use-local-images.ts';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { save } from '../ui/save.ts';
import { type LocalFiles, zipOf } from './result-files.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** As the downloads of a service's result are called. */
const furtherTitles = new Map([
  [territoriesFileName, 'Territories'],
  [mniMaskFileName, 'Mask in MNI space'],
  [mniSideCarName, 'Affine to MNI (JSON)'],
  [mniTransformName, 'Affine to MNI (ITK)'],
  [missedFileName, 'Candidates not in the mask (NIfTI)'],
  [brainFileName, 'Brain outline (NIfTI)'],
  [probabilityFileName, 'Probability map (NIfTI)'],
]);

type Props = {
  readonly made: MadeCase;
  readonly report: Report;
  readonly results: LocalFiles;
  readonly saved: boolean;
  readonly onSaved: () => void;
};

/** The files of a local result. They are nowhere but in this browser tab until they are saved. */
export function LocalDownloads(props: Props) {
  const { made, results, saved, onSaved } = props;
  const [error, setError] = useState<AtollError | null>(null);
  const files: [title: string, name: string, bytesOf: () => Bytes | Promise<Bytes>, holdsMask: boolean][] = [
    ['Mask (NIfTI)', maskFileName, () => results.mask, true],
    ['Report (HTML)', htmlFileName, () => readableIn(props, htmlFileName), false],
    ['Report (PDF)', pdfFileName, () => readableIn(props, pdfFileName), false],
    ['Report (JSON)', reportFileName, () => results.report, false],
    ...[...results.further].map(([name, bytes]): (typeof files)[number] => [
      furtherTitles.get(name) ?? name,
      name,
      () => new Uint8Array(bytes),
      false,
    ]),
    ['All files (ZIP)', 'atoll-result.zip', async () => zipOf(results, await readableFor(props)), true],
  ];
  const { dicom } = made;
  if (dicom !== null) {
    files.push(
      ['DICOM SEG', segmentationFileName, () => segmentationFor(props, dicom), true],
      ['DICOM SR', measurementsFileName, () => documentIn(props, dicom, measurementsFileName), false],
      ['DICOM PDF', dicomPdfFileName, () => documentIn(props, dicom, dicomPdfFileName), false],
    );
  }
  return (
    <section aria-label="Downloads">
      <h3>Save the result</h3>
      <ul className="downloads">
        {files.map(([title, name, bytesOf, holdsMask]) => (
          <li key={name}>
            <Button
              className="link"
              onPress={async () => {
                try {
                  setError(null);
                  save(name, await bytesOf());
                  if (holdsMask) onSaved();
                } catch (thrown) {
                  setError(asAtollError(thrown));
                }
              }}
            >
              {title}
            </Button>
          </li>
        ))}
      </ul>
      {dicom !== null && (
        <p className="quiet">
          The DICOM files contain the patient’s name and ids, like the images they refer to. The other files
          do not.
        </p>
      )}
      {error !== null && <CaughtFailure title="This file could not be created" error={error} />}
      <p className={saved ? 'quiet' : 'caution'} role="status">
        {saved
          ? 'Saved. The browser itself keeps nothing.'
          : 'Only in this browser tab: lost when it is closed or reloaded. Save what you need.'}
      </p>
    </section>
  );
}

type Made = Pick<Props, 'made' | 'report' | 'results'>;

/** Made once a result: they are the same each time, and take a second. */
const readables = new WeakMap<LocalFiles, Promise<ReadonlyMap<string, Bytes>>>();
/** Made once a result: each has a number of its own, by which other DICOM files refer to it. */
const segmentations = new WeakMap<LocalFiles, Promise<Bytes>>();

function readableFor({ made, report, results }: Made): Promise<ReadonlyMap<string, Bytes>> {
  return onceFor(readables, results, async () => {
    const { writeReport } = await loadBench();
    const files = { ...made.files, mask: results.mask };
    return writeReport({ report, subject: unnamedSubject, files });
  });
}

async function readableIn(made: Made, name: string): Promise<Bytes> {
  return fileOf(await readableFor(made), name);
}

function segmentationFor({ report, results }: Made, dicom: NonNullable<MadeCase['dicom']>): Promise<Bytes> {
  return onceFor(segmentations, results, async () => {
    const { segmentationOf } = await loadBench();
    const { engine, engineVersion, atollVersion } = report.provenance;
    const algorithm = { name: engine, version: engineVersion };
    const segmentation = await segmentationOf({ ...dicom, mask: results.mask, algorithm, atollVersion });
    if (segmentation === null) throw new Error('The DWI was no DICOM.');
    return segmentation;
  });
}

async function documentIn(made: Made, dicom: NonNullable<MadeCase['dicom']>, name: string): Promise<Bytes> {
  const { dicomDocuments } = await loadBench();
  const { report } = made;
  const segmentation = await segmentationFor(made, dicom);
  const pdf = await readableIn(made, pdfFileName);
  return fileOf(dicomDocuments({ report, subject: unnamedSubject, segmentation, pdf }), name);
}

function fileOf(files: ReadonlyMap<string, Bytes>, name: string): Bytes {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`There is no ${name}.`);
  return bytes;
}

/** What failed is made anew at the next try. */
function onceFor<Value>(
  known: WeakMap<LocalFiles, Promise<Value>>,
  results: LocalFiles,
  make: () => Promise<Value>,
): Promise<Value> {
  const before = known.get(results);
  if (before !== undefined) return before;
  const making = make();
  known.set(results, making);
  making.catch(() => known.delete(results));
  return making;
}
