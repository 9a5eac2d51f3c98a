import type { JobResult } from '@atoll/contract/jobs';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.ts';
import { FileLink } from '../ui/file-link.tsx';
import { ReadableDownloads } from './readable-downloads.tsx';

type Props = { readonly result: JobResult; readonly expiresAt: string | null };

/** The files of a result, each by its own name, all in one, and how long they are there. */
export function Downloads({ result, expiresAt }: Props) {
  const files: [string, string | null][] = [
    ['Mask (NIfTI)', result.predictionUrl],
    ['Candidates not in the mask (NIfTI)', result.missedUrl],
    ['Brain outline (NIfTI)', result.brainUrl],
    ['Probability map (NIfTI)', result.probabilityUrl],
    ['Report (JSON)', result.reportUrl],
    ['DWI', result.dwiUrl],
    ['ADC', result.adcUrl],
    ['FLAIR', result.flairUrl],
    ['Reference', result.referenceUrl],
    ['Territories', result.atlas?.territoriesUrl ?? null],
    ['Mask in MNI space', result.atlas?.mni?.maskUrl ?? null],
    ['Affine to MNI (JSON)', result.atlas?.mni?.sideCarUrl ?? null],
    ['Affine to MNI (ITK)', result.atlas?.mni?.transformUrl ?? null],
    ['All files (ZIP)', result.zipUrl],
  ];
  return (
    <section aria-label="Downloads">
      <h3>Downloads</h3>
      <ul className="downloads">
        {files.map(
          ([name, url]) =>
            url !== null && (
              <li key={name}>
                <FileLink href={url} words={name} />
              </li>
            ),
        )}
      </ul>
      <ReadableDownloads result={result} />
      <Kept expiresAt={expiresAt} />
    </section>
  );
}

/** Until when the service keeps the result; asked of the service itself, which may have no lasting folder. */
function Kept({ expiresAt }: Pick<Props, 'expiresAt'>) {
  const { client, patience } = useConnection();
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => patience.run((limit) => client.health(limit), { signal }),
    staleTime: 60_000,
  });
  const loss = health.data?.results?.lossReason ?? null;
  const end = expiresAt === null ? null : new Date(expiresAt);
  return (
    <>
      <p className="quiet">
        {end === null
          ? 'Kept until it is deleted.'
          : `Kept until ${end.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })} (${inWords(end)}).`}
      </p>
      {loss !== null && (
        <p className="caution" role="note">
          This service has no persistent storage: results may be lost when it restarts. Download what you
          need.
        </p>
      )}
    </>
  );
}

function inWords(end: Date): string {
  const hours = (end.getTime() - Date.now()) / 3_600_000;
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  if (hours >= 48) return format.format(Math.floor(hours / 24), 'day');
  if (hours >= 1) return format.format(Math.floor(hours), 'hour');
  return format.format(Math.max(0, Math.floor(60 * hours)), 'minute');
}
