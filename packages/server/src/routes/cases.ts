import type { CaseSurvey } from '@atoll/cases/registry';
import type { CaseSummary, SourceState } from '@atoll/cases/source';
import { isUploadId } from '@atoll/cases/uploads/uploaded-cases';
import { CaseId, CaseList } from '@atoll/contract/cases';
import { AtollError } from '@atoll/errors/error';
import { type CaseRole, caseRoles } from '@atoll/volume/case-files';
import type { FastifyBaseLogger } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { imageCaching, sendFile } from '../answers/file-answer.ts';
import { Fresh } from '../answers/fresh.ts';
import { PreparedAnswer, sendPrepared } from '../answers/prepared-answer.ts';
import { openCaseImages } from '../cases/case-images.ts';
import { findCase } from '../cases/find-case.ts';
import { downloadName } from '../jobs/result-files.ts';
import type { ServerParts } from '../parts.ts';
import { answer, fileAnswers, notModified, problemAnswers } from './answers.ts';

/** Sources look again after seconds; this is for those who ask at the same time. */
const listFreshMs = 1000;

type CaseParts = Pick<ServerParts, 'cases' | 'jobs' | 'settings'>;

/** `/api/cases`, and the images of a case before it is run. */
export const caseRoutes: FastifyPluginAsyncZod<CaseParts> = async (fastify, parts) => {
  const { cases } = parts;
  const findImage = openCaseImages((caseId) => cases.open(caseId));
  const logProblems = sourceLog();
  /** Gives the list with links that begin with a public URL, each text made once. */
  const list = new Fresh(listFreshMs, async () => {
    const survey = await cases.survey();
    logProblems(survey.sources, fastify.log);
    const texts = new Map<string, PreparedAnswer>();
    return (publicUrl: string) => {
      const known = texts.get(publicUrl);
      if (known !== undefined) return known;
      const made = new PreparedAnswer(JSON.stringify(CaseList.parse(describeList(survey, publicUrl))));
      // A client may call this service by many names.
      if (texts.size < 16) texts.set(publicUrl, made);
      return made;
    };
  });

  fastify.get(
    '/api/cases',
    {
      schema: {
        tags: ['cases'],
        summary: 'All cases, with ids and descriptions',
        response: {
          200: answer('All cases from all sources.', CaseList),
          304: notModified,
          ...problemAnswers,
        },
      },
    },
    async (request, reply) => {
      reply.header('Cache-Control', 'no-cache');
      return sendPrepared(request, reply, (await list.get())(request.publicUrl));
    },
  );

  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/api/cases/:caseId/images/:file',
    schema: {
      tags: ['cases'],
      summary: 'An image of a case, as gzipped NIfTI; supports one byte range',
      params: z.object({
        caseId: z.string(),
        file: z.string().describe(`One of ${caseRoles.map(fileOf).join(', ')}.`),
      }),
      response: { ...fileAnswers, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { caseId, file } = request.params;
      const role = caseRoles.find((candidate) => fileOf(candidate) === file);
      // A source looks for files by this id: only a well-formed one reaches it.
      if (role === undefined || !CaseId.safeParse(caseId).success) throw new AtollError('FILE_UNKNOWN');
      // Its images may still be at hand when an uploaded case is gone.
      if (isUploadId(caseId)) await findCase(parts, caseId).catch(asUnknownFile);
      const image = await findImage(caseId, role).catch(asUnknownFile);
      if (image === null) throw new AtollError('FILE_UNKNOWN');
      return sendFile(request, reply, {
        ...image,
        contentType: 'application/gzip',
        fileName: downloadName(caseId, `${role}.nii.gz`),
        // A source may replace its images: ask each time, and be told 304.
        cacheControl: imageCaching(parts.settings),
      });
    },
  });
};

function describeList({ cases, sources }: CaseSurvey, publicUrl: string): CaseList {
  return {
    cases: cases.map((summary) => summary.id),
    details: cases.map((summary) => ({
      ...summary,
      images: [...summary.images],
      imageUrls: imageUrls(summary, publicUrl),
    })),
    sources: [...sources],
  };
}

/** Logs what is the matter with a source when that changes, and not at each request. */
function sourceLog() {
  const known = new Map<string, string | null>();
  return (sources: readonly SourceState[], log: FastifyBaseLogger) => {
    for (const { id, ok, problem } of sources) {
      if ((known.get(id) ?? null) === problem) continue;
      known.set(id, problem);
      if (problem === null) log.info({ source: id }, 'a source of cases is well again');
      else log.warn({ source: id, ok, problem }, `of a source of cases (${id}): ${problem}`);
    }
  };
}

function fileOf(role: CaseRole): string {
  return `${role}.nii.gz`;
}

export function imageUrls({ id, images }: CaseSummary, publicUrl: string): Partial<Record<CaseRole, string>> {
  const url = (role: CaseRole) => `${publicUrl}/api/cases/${id}/images/${fileOf(role)}`;
  return Object.fromEntries(images.map((role) => [role, url(role)]));
}

/** In a body an unknown case is a bad request (400); in an address it is an address of nothing (404). */
function asUnknownFile(thrown: unknown): never {
  if (thrown instanceof AtollError && thrown.code === 'CASE_UNKNOWN') {
    throw new AtollError('FILE_UNKNOWN', thrown.message, { cause: thrown });
  }
  throw thrown;
}
