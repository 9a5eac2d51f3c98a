import type { SegmentRequest } from '@atoll/contract/jobs';
import { useMutation } from '@tanstack/react-query';
import { useConnection } from '../connection/connection.ts';
import { usePlace } from '../viewing/place.ts';
import { useViewing } from '../viewing/viewing.tsx';

/** Submits a case, and shows its job. However often the request has to be sent, it makes one job. */
export function useSegment() {
  const [, go] = usePlace();
  const { showTab } = useViewing();
  const { client, patience } = useConnection();
  return useMutation({
    mutationFn: (request: SegmentRequest) => {
      const keyed = { ...request, submission_key: randomKey() };
      return patience.run((signal) => client.segment(keyed, signal));
    },
    onSuccess: ({ jobId }, { case_id }) => {
      go({ caseId: case_id, jobId });
      showTab('result');
    },
  });
}

/** 128 random bits. crypto.randomUUID is missing on pages that came over plain http. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
