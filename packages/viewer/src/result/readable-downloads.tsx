import type { JobResult } from '@atoll/contract/jobs';
import { type AtollError, asAtollError } from '@atoll/errors/error';
import { htmlFileName, pdfFileName } from '@atoll/report/file-names';
import type { ReportSubject } from '@atoll/report/subject';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { fetchVolume } from '../images/fetch-volume.ts';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { save } from '../ui/save.ts';

type Props = { readonly result: JobResult };

/** The report as people read it, made in this page when it is asked for: it has the images at hand. */
export function ReadableDownloads({ result }: Props) {
  const [making, setMaking] = useState(false);
  const [error, setError] = useState<AtollError | null>(null);
  const press = async (name: typeof htmlFileName | typeof pdfFileName) => {
    setMaking(true);
    setError(null);
    try {
      const bytes = (await makeReadable(result)).get(name);
      if (bytes !== undefined) save(name, bytes);
    } catch (thrown) {
      setError(asAtollError(thrown));
    } finally {
      setMaking(false);
    }
  };
  return (
    <>
      <ul className="downloads">
        {([htmlFileName, pdfFileName] as const).map((name) => (
          <li key={name}>
            <Button className="link" isDisabled={making} onPress={() => press(name)}>
              {name === htmlFileName ? 'Report (HTML)' : 'Report (PDF)'}
            </Button>
          </li>
        ))}
      </ul>
      {error !== null && <CaughtFailure title="The report could not be created" error={error} />}
    </>
  );
}

async function makeReadable(result: JobResult): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const { writeReport } = await import('@atoll/report/report-files');
  const open = async (url: string, role: string) =>
    new Uint8Array((await fetchVolume(url, role, new AbortController().signal, () => undefined)).bytes);
  const { flairUrl } = result;
  const [dwi, adc, mask, flair] = await Promise.all([
    open(result.dwiUrl, 'dwi'),
    open(result.adcUrl, 'adc'),
    open(result.predictionUrl, 'mask'),
    flairUrl === null ? undefined : open(flairUrl, 'flair'),
  ]);
  const files = { dwi, adc, mask, flair };
  return writeReport({ report: result.report, subject: subjectOf(result), files });
}

/** The id of an uploaded case is the right to see and to remove it, and no name. */
function subjectOf({ caseId }: JobResult): ReportSubject {
  return { label: /^u-[0-9a-f]{32}$/.test(caseId) ? null : caseId, studyDate: null };
}
