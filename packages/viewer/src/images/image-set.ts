import type { CaseSummary } from '@atoll/contract/cases';
import type { Job } from '@atoll/contract/jobs';

/** From the back to the front. */
export const shownRoles = ['dwi', 'adc', 'flair', 'mask', 'reference'] as const;
export type ImageRoleShown = (typeof shownRoles)[number];

/** Where the images to show are; equal sets have equal keys. */
export type ImageSet = {
  readonly key: string;
  /** A URL, or the file's own bytes where the page has them and asks nobody. */
  readonly urls: Partial<Record<ImageRoleShown, string | Uint8Array>>;
};

/** A finished job's own files, which outlive its case; else the case's. */
export function imagesOf(chosen: CaseSummary | null, job: Job | null): ImageSet | null {
  if (job?.result) {
    const { dwiUrl, adcUrl, flairUrl, referenceUrl, predictionUrl } = job.result;
    return {
      key: `job ${job.jobId} ${predictionUrl}`,
      urls: {
        dwi: dwiUrl,
        adc: adcUrl,
        ...(flairUrl === null ? {} : { flair: flairUrl }),
        ...(referenceUrl === null ? {} : { reference: referenceUrl }),
        mask: predictionUrl,
      },
    };
  }
  return chosen === null ? null : { key: `case ${chosen.id}`, urls: chosen.imageUrls };
}
