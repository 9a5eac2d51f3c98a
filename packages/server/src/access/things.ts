import type { AccessRecords } from '@atoll/access/records';
import type { Thing } from '@atoll/access/visitor';
import { isUploadId } from '@atoll/cases/uploads/uploaded-cases';
import { CaseId, UploadId } from '@atoll/contract/cases';
import { AtollError } from '@atoll/errors/error';
import { isJobId } from '@atoll/jobs/job';
import type { ServerParts } from '../parts.ts';

export type ThingParts = Pick<ServerParts, 'jobs' | 'cases' | 'uploads'> & {
  readonly records: () => Promise<AccessRecords>;
};

/** What a code says where a thing is not there; and where it is none of the asker's business. */
export const unknownCodes = {
  job: 'JOB_UNKNOWN',
  upload: 'UPLOAD_UNKNOWN',
  share: 'SHARE_UNKNOWN',
  token: 'TOKEN_UNKNOWN',
} as const;

/** A thing that a request names, with whom it belongs to; null where there is no such thing, as the route will say. */
export async function findThing(parts: ThingParts, kind: Thing['kind'], id: string): Promise<Thing | null> {
  const thing = (owner: Thing['owner'], isListed = false): Thing => ({ kind, id, owner, isListed });
  switch (kind) {
    case 'job': {
      const job = isJobId(id) ? await parts.jobs.get(id) : null;
      return job === null ? null : thing(job.owner);
    }
    case 'case': {
      if (!CaseId.safeParse(id).success) return null;
      // What has no random id, a source lists: whoever may read sees it.
      if (!isUploadId(id)) return thing(null, true);
      const summary = await parts.cases.find(id).catch((thrown: unknown) => {
        if (thrown instanceof AtollError && thrown.code === 'CASE_UNKNOWN') return null;
        throw thrown;
      });
      return summary === null ? null : thing(summary.owner ?? null);
    }
    case 'upload': {
      if (!UploadId.safeParse(id).success || parts.uploads === null) return null;
      return thing(await parts.uploads.resumable.ownerOf(id));
    }
    case 'share': {
      const share = await (await parts.records()).shares.get(id);
      if (share === null) return null;
      return thing({ id: share.madeBy, groups: [] });
    }
    case 'token':
      return thing(null);
  }
}
