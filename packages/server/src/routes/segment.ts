import { CaseId } from '@atoll/contract/cases';
import { SegmentAccepted, SegmentRequest } from '@atoll/contract/jobs';
import { checkWish } from '@atoll/engines/choice';
import { AtollError } from '@atoll/errors/error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { ownerFor } from '../access/owner.ts';
import { knowsContract } from '../answers/dialect.ts';
import { findCase } from '../cases/find-case.ts';
import { clientOf } from '../guards/client-id.ts';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';
import { presetOfFastMode } from './fast-mode.ts';

type SegmentParts = Pick<ServerParts, 'settings' | 'jobs' | 'cases' | 'engines'>;

/** `POST /api/segment`: everything that can be known to fail is refused before a job is made of it. */
export const segmentRoutes: FastifyPluginAsyncZod<SegmentParts> = async (fastify, parts) => {
  const { settings, jobs, engines } = parts;
  fastify.post(
    '/api/segment',
    {
      onRequest: takeUntyped,
      schema: {
        tags: ['jobs'],
        summary: 'Segment a case: creates a job; follow it with GET /api/jobs/{jobId}',
        body: SegmentRequest,
        response: { 202: answer('The job is queued.', SegmentAccepted), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const {
        case_id: caseId,
        fast_mode: fastMode,
        engine: wantedEngine,
        preset: wantedPreset,
        options: wantedOptions,
        force,
        priority,
        submission_key: submissionKey,
      } = request.body;
      // In a body a name that no case can have is that of no case, as the original has it; no source is asked.
      if (!CaseId.safeParse(caseId).success) throw new AtollError('CASE_UNKNOWN');
      const engine = engines.find(wantedEngine ?? settings.engine);
      const {
        summary: { images },
      } = await findCase(parts, caseId);
      await jobs.cases.touch(caseId);
      const { preset, options } = checkWish(engine, {
        preset: wantedPreset ?? presetOfFastMode(engine, fastMode),
        options: wantedOptions,
        hasFlair: images.includes('flair'),
      });
      const availability = await engine.availability();
      if (!availability.usable) {
        const { reason, cure } = availability;
        throw new AtollError('ENGINE_UNAVAILABLE', `${engine.title} cannot run here: ${reason} ${cure}`);
      }
      const { jobId, status } = await jobs.submit(
        { caseId, engine: engine.id, engineVersion: engine.version, preset, options },
        {
          force,
          priority,
          client: clientOf(request),
          submissionKey: submissionKey ?? null,
          owner: ownerFor(request, settings),
        },
      );
      request.madeId = jobId;
      request.log.info({ jobId, status }, 'job taken');
      reply.code(202).header('Location', `${request.publicUrl}/api/jobs/${jobId}`);
      if (status === 'completed') {
        const message = `${engine.title} has already run on ${caseId}.`;
        // The original's page knows no other answer than this; it asks for the job next, and finds it done.
        return { jobId, status: knowsContract(request) ? status : ('pending' as const), message };
      }
      return {
        jobId,
        status: 'pending' as const,
        message: `The segmentation of ${caseId} is queued; engine: ${engine.title}.`,
      };
    },
  );
};

/**
 * A body of no type is JSON here, as it was to the original. A page elsewhere can send one without asking first, but
 * the guard of origins has looked before this.
 */
function takeUntyped({ headers }: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  headers['content-type'] ??= 'application/json';
  done();
}
