import type { SegmentRequest } from '@atoll/contract/jobs';
import { useMutation } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.ts';

/** Submits a case; `onAccepted` is told the job's id. However often it has to be sent, it makes one job. */
export function useSegment(onAccepted: (caseId: string, jobId: string) => void) {
  const { client, patience } = useConnection();
  return useMutation({
    mutationFn: (request: SegmentRequest) => {
      const keyed = { ...request, submission_key: randomKey() };
      return patience.run((signal) => client.segment(keyed, signal));
    },
    onSuccess: ({ jobId }, { case_id }) => onAccepted(case_id, jobId),
  });
}

/** 128 random bits. crypto.randomUUID is missing on pages that came over plain http. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
