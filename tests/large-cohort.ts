import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BidsCase } from '@atoll/cases/bids/scan';
import { caseNames } from '@atoll/cli/derivative/derivative-names';
import { raterOf } from '@atoll/cli/derivative/rater';
import { emptyTable, reviewTableText, withReview } from '@atoll/cli/derivative/review-table';
import { sha256 } from '@atoll/engines/sha256';
import { gzip } from '@atoll/volume/gzip';
import { writeNiftiMask } from '@atoll/volume/nifti-write';

/** Cases as the scan of a data set names them. */
export function cohortCases(count: number): BidsCase[] {
  return Array.from({ length: count }, (_, at) => {
    const subject = String(at).padStart(4, '0');
    const id = `sub-${subject}`;
    const dwi = `${id}/dwi/${id}_dwi.nii.gz`;
    return {
      id,
      subject,
      session: null,
      dwi,
      adc: dwi,
      flair: null,
      reference: null,
      bval: null,
      bvec: null,
      word: null,
    };
  });
}

/** A derivative of so many cases, each with a report, a thumbnail and the masks of two raters, none like another. */
export async function writeLargeCohort(root: string, count: number, report: object): Promise<void> {
  const shape = [80, 80, 48] as const;
  const affine = [
    [2, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 2, 0],
  ] as const;
  let table = emptyTable;
  for (const [at, found] of cohortCases(count).entries()) {
    const names = caseNames(root, found);
    mkdirSync(names.folder, { recursive: true });
    writeFileSync(join(names.folder, names.report), JSON.stringify(report));
    for (const [, name] of names.readable) writeFileSync(join(names.folder, name), 'x'.repeat(200));
    for (const [n, rater] of ['anna', 'ben'].entries()) {
      const data = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(1, 1000 * n + at, 5000);
      const mask = await gzip(writeNiftiMask({ shape, affine, data }));
      writeFileSync(join(names.folder, caseNames(root, found, raterOf(rater).desc).mask), mask);
      table = withReview(table, {
        subject: found.subject,
        session: null,
        rater,
        verdict: 'corrected',
        note: '',
        volumeBeforeMl: 30,
        volumeAfterMl: (5000 - 1000 * n - at) * 0.008,
        diceWithEngine: 0.9,
        date: '2026-03-02T10:00:00.000Z',
        engineMaskSha256: '1'.repeat(64),
        maskSha256: await sha256(mask),
      });
    }
  }
  writeFileSync(join(root, 'review.tsv'), reviewTableText(table));
}
