import type { JobResult } from '@atoll/contract/jobs';

/** The files of a result, each by its own name. */
export function Downloads({ result }: { result: JobResult }) {
  const files: [string, string | null][] = [
    ['Mask (NIfTI)', result.predictionUrl],
    ['Report (JSON)', result.reportUrl],
    ['DWI', result.dwiUrl],
    ['ADC', result.adcUrl],
    ['FLAIR', result.flairUrl],
    ['Reference', result.referenceUrl],
  ];
  return (
    <section aria-label="Downloads">
      <h3>Downloads</h3>
      <ul className="downloads">
        {files.map(
          ([name, url]) =>
            url !== null && (
              <li key={name}>
                <a className="link" href={url} download>
                  {name}
                </a>
              </li>
            ),
        )}
      </ul>
    </section>
  );
}
