import type { JobResult } from '@atoll/contract/jobs';
import type { Report } from '@atoll/contract/report';
import type { ReactNode } from 'react';
import { useAccess } from '../account/access.ts';
import { useOverlays } from '../overlays/overlays.ts';
import { ProbabilityPanel } from '../probability/probability-panel.tsx';
import { BrainChoice } from '../second-look/brain-choice.tsx';
import { SecondLookPanel } from '../second-look/second-look-panel.tsx';
import { isOfSecondLook } from '../second-look/use-second-look.ts';
import { Downloads } from './downloads.tsx';
import { LesionList } from './lesion-list.tsx';
import { LocationPanel } from './location-panel.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { ModelMapList } from './model-map-list.tsx';
import { ProvenanceDetails, QualityDetails } from './provenance.tsx';
import './result-panel.css';

type Props = {
  readonly result: JobResult;
  readonly expiresAt: string | null;
};

export function ResultPanel({ result, expiresAt }: Props) {
  const { may } = useAccess();
  return (
    <ReportPanel report={result.report}>
      <ProbabilityPanel volumeMl={result.report.volumeMl} mayEdit={may.reviseJob} />
      <BrainChoice />
      <ModelMapList />
      <Downloads result={result} expiresAt={expiresAt} />
    </ReportPanel>
  );
}

type ReportProps = {
  readonly report: Report;
  /** What else came with the mask, and where the files are to be had. */
  readonly children: ReactNode;
};

/** What a run found, wherever it ran. */
export function ReportPanel({ report, children }: ReportProps) {
  const { look } = useOverlays();
  // The second look has its block at the top.
  const warnings = look === null ? report.warnings : report.warnings.filter((each) => !isOfSecondLook(each));
  return (
    <article className="result-panel">
      <SecondLookPanel lesions={report.lesions} />
      <section className="volume" aria-label="Lesion volume">
        <p className="quiet">Lesion volume</p>
        <p className="big figures">
          {report.volumeMl.toFixed(report.volumeMl < 10 ? 2 : 1)}
          <small> mL</small>
        </p>
        <p className="quiet">
          {report.lesionCount === 0
            ? report.warnings.some(({ code }) => code === 'MASK_EMPTY')
              ? 'The mask is empty; the model may have failed'
              : 'No lesion was found'
            : `in ${report.lesionCount} ${report.lesionCount === 1 ? 'lesion' : 'lesions'}`}
        </p>
      </section>
      <p className="notice" role="note">
        {report.provenance.notice}
      </p>
      {warnings.length > 0 && (
        <ul className="warnings" aria-label="Warnings">
          {warnings.map(({ code, severity, message }) => (
            <li key={code} data-severity={severity}>
              {message}
            </li>
          ))}
        </ul>
      )}
      <LesionList lesions={report.lesions} />
      <LocationPanel location={report.location} hasLesions={report.lesionCount > 0} />
      <MetricsTable metrics={report.metrics} />
      {children}
      <QualityDetails quality={report.quality} />
      <ProvenanceDetails report={report} />
    </article>
  );
}
