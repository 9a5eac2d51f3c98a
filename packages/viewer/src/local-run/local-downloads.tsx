import type { Report } from '@atoll/contract/report';
import {
  mniMaskFileName,
  mniSideCarName,
  mniTransformName,
  territoriesFileName,
} from '@atoll/engines/location-files';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { loadBench } from '../local-images/bench.ts';
import type { MadeCase } from '../local-images/use-local-images.ts';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { save } from '../ui/save.ts';
import { brainFileName, type LocalFiles, missedFileName, zipOf } from './result-files.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** As the downloads of a service's result are called. */
const furtherTitles = new Map([
  [territoriesFileName, 'Territories'],
  [mniMaskFileName, 'Mask in MNI space'],
  [mniSideCarName, 'Affine to MNI (JSON)'],
  [mniTransformName, 'Affine to MNI (ITK)'],
]);

type Props = {
  readonly made: MadeCase;
  readonly report: Report;
  readonly results: LocalFiles;
  readonly saved: boolean;
  readonly onSaved: () => void;
};

/** The files of a local result. They are nowhere but in this browser tab until they are saved. */
export function LocalDownloads({ made, report, results, saved, onSaved }: Props) {
  const [error, setError] = useState<AtollError | null>(null);
  const files: [title: string, name: string, bytesOf: () => Bytes | Promise<Bytes>, holdsMask: boolean][] = [
    ['Mask (NIfTI)', 'lesion_msk.nii.gz', () => results.mask, true],
    ['Report (JSON)', 'report.json', () => results.report, false],
    ...[...results.further].map(([name, bytes]): (typeof files)[number] => [
      furtherTitles.get(name) ?? name,
      name,
      () => new Uint8Array(bytes),
      false,
    ]),
    ['All files (ZIP)', 'atoll-result.zip', () => zipOf(results), true],
  ];
  const { missed, brain } = results;
  if (missed !== null)
    files.push(['Candidates not in the mask (NIfTI)', missedFileName, () => missed, false]);
  if (brain !== null) files.push(['Brain outline (NIfTI)', brainFileName, () => brain, false]);
  const { dicom } = made;
  if (dicom !== null) {
    files.push(['DICOM SEG', 'lesion_seg.dcm', () => segmentationIn(dicom, report, results.mask), true]);
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
          The DICOM SEG contains the patient’s name and ids, like the images it refers to. The other files do
          not.
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

async function segmentationIn(
  dicom: NonNullable<MadeCase['dicom']>,
  { provenance }: Report,
  mask: Bytes,
): Promise<Bytes> {
  const { segmentationOf } = await loadBench();
  const { engine, engineVersion, atollVersion } = provenance;
  const algorithm = { name: engine, version: engineVersion };
  const made = await segmentationOf({ ...dicom, mask, algorithm, atollVersion });
  if (made === null) throw new Error('The DWI was no DICOM.');
  return made;
}
