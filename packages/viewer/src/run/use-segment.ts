import type { SegmentRequest } from '@atoll/contract/jobs';
import { useMutation } from '@tanstack/react-query';
import { client } from '../app/api.ts';

/** Submits a case; `onAccepted` is told the job's id. */
export function useSegment(onAccepted: (caseId: string, jobId: string) => void) {
  return useMutation({
    mutationFn: (request: SegmentRequest) => client.segment(request),
    onSuccess: ({ jobId }, { case_id }) => onAccepted(case_id, jobId),
  });
}
