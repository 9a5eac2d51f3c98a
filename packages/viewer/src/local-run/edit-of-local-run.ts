import type { EditSource } from '../editing/edit-source.ts';
import type { LocalRun } from './use-local-run.ts';

/** The mask of a run in this page. */
export function editOfLocalRun({
  made,
  report,
  results: { mask, brain, missed },
}: LocalRun & { status: 'done' }): EditSource {
  const { files } = made;
  return {
    key: `local ${report.provenance.outputSha256}`,
    dwi: files.dwi,
    adc: files.adc,
    mask,
    candidates: missed,
    end: { kind: 'local', files, report, mask, brain },
  };
}
