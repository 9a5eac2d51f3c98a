import type { Job } from '@atoll/contract/jobs';
import type { Report, Verdict } from '@atoll/contract/report';

/** A result that is in this browser tab alone. */
export type LocalEnd = {
  readonly kind: 'local';
  readonly files: RunInputs;
  readonly report: Report;
  readonly mask: Uint8Array;
  readonly brain: Uint8Array | null;
};

/** A case of a review: what is said of it is kept in its derivative. */
export type ReviewEnd = {
  readonly kind: 'review';
  readonly rater: string;
  /** @param mask NIfTI, with a correction and only then. */
  readonly give: (verdict: Verdict, note: string, mask: Uint8Array<ArrayBuffer> | null) => Promise<void>;
};

type RunInputs = {
  readonly dwi: Uint8Array;
  readonly adc: Uint8Array;
  readonly reference?: Uint8Array | undefined;
};

/** What is edited: the mask of a result, with the images that it lies on. */
export type EditSource = {
  /** Names the edit in this browser. */
  readonly key: string;
  /** URLs, or the files' own bytes where the page has them and asks nobody. */
  readonly dwi: string | Uint8Array;
  readonly adc: string | Uint8Array;
  readonly mask: string | Uint8Array;
  /** Candidates of the second look, on the mask's grid; null where there are none. */
  readonly candidates: string | Uint8Array | null;
  /** What becomes of it: a revision of a job, a reader's word on a case of a cohort, or files to save. */
  readonly end:
    | { readonly kind: 'job'; readonly jobId: string; readonly parent: number }
    | ReviewEnd
    | LocalEnd;
};

/** The newest mask of a completed job: the engine's own, or what the last reader made of it. */
export function editOfJob(job: Job | null): EditSource | null {
  if (job === null || job.result === null) return null;
  const { jobId, result, revision } = job;
  const parent = revision?.number ?? 0;
  return {
    key: `job ${jobId} ${parent}`,
    dwi: result.dwiUrl,
    adc: result.adcUrl,
    mask: revision === null ? result.predictionUrl : `${revision.url}/files/lesion_msk.nii.gz`,
    candidates: result.missedUrl,
    end: { kind: 'job', jobId, parent },
  };
}
