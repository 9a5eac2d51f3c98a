import type { IncomingMessage } from 'node:http';
import { loggerOptions } from '@atoll/instance/log';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { AccessDesk } from './access/access-desk.ts';
import { Identification } from './access/identification.ts';
import { openSignIn } from './access/open-sign-in.ts';
import { AnswerLog, requestIds } from './answers/answer-log.ts';
import { answerProblems, sendProblem } from './answers/problems.ts';
import { addStaticPage } from './answers/static-page.ts';
import { addAccessGuard } from './guards/access-guard.ts';
import { addBodyDeadlines, longestBodyMs, usualPace } from './guards/body-deadline.ts';
import { answerBrokenRequest, unmetExpectation } from './guards/broken-request.ts';
import { addCors } from './guards/cors.ts';
import { addCrowdLimit, usualCrowd } from './guards/crowd-limit.ts';
import { answerOtherMethods } from './guards/method-not-allowed.ts';
import { addOpeningGate } from './guards/opening-gate.ts';
import { addOriginGuard } from './guards/origin-guard.ts';
import { addPublicUrl } from './guards/public-url.ts';
import { addRateLimit } from './guards/rate-limit.ts';
import { addSecurityHeaders, securityHeaders } from './guards/security-headers.ts';
import { JobAnswers } from './jobs/job-answers.ts';
import { addOpenApi } from './openapi/openapi.ts';
import type { ServerParts } from './parts.ts';
import { ReportDesk } from './reports/report-desk.ts';
import { archiveRoutes } from './routes/archives.ts';
import { atlasRoutes } from './routes/atlas.ts';
import { auditRoutes } from './routes/audit.ts';
import { caseRoutes } from './routes/cases.ts';
import { dicomWebRoutes } from './routes/dicom-web.ts';
import { engineRoutes } from './routes/engines.ts';
import { eventRoutes } from './routes/events.ts';
import { fileRoutes } from './routes/files.ts';
import { jobRoutes } from './routes/jobs.ts';
import { meRoutes } from './routes/me.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { modelRuntimeRoutes } from './routes/model-runtime.ts';
import { oneCaseRoutes } from './routes/one-case.ts';
import { readyRoutes } from './routes/ready.ts';
import { resumableUploadRoutes } from './routes/resumable-uploads.ts';
import { revisionRoutes } from './routes/revisions.ts';
import { rootRoutes } from './routes/root.ts';
import { segmentRoutes } from './routes/segment.ts';
import { shareRoutes } from './routes/shares.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { zipRoutes } from './routes/zip.ts';

/** Requests are small, but those that bring images: a body is one JSON object, a header line a link with an id. */
const maxBodyBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;
const headersTimeoutMs = 30_000;

/** The HTTP server over its parts, not listening yet. It owns none of them: closing it stops no job. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const { settings, pageDir } = parts;
  const headers = securityHeaders(settings);
  const fastify = Fastify({
    logger: loggerOptions(settings, process.stderr, process.stderr.isTTY),
    logController: new AnswerLog(),
    genReqId: requestIds(),
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    bodyLimit: maxBodyBytes,
    requestTimeout: longestBodyMs,
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      // Node would refuse such a request without a word; the public URL's hook says why.
      requireHostHeader: false,
    },
    // The original sends a client on that asks for /api/cases/.
    routerOptions: { maxParamLength: 160, ignoreTrailingSlash: true },
    // Requests under way at a stop get their answers.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      // The address could not be read: no route was found, and no hook has run.
      reply.headers(headers);
      sendProblem(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest(headers),
  }).withTypeProvider<ZodTypeProvider>();
  // A page elsewhere may send text/plain without asking first: JSON alone is taken.
  fastify.removeContentTypeParser('text/plain');
  fastify.setValidatorCompiler(validatorCompiler);
  fastify.setSerializerCompiler(serializerCompiler);

  fastify.server.on('checkExpectation', ({ socket }: IncomingMessage) => {
    answerBrokenRequest(headers)(Object.assign(new Error(), { code: unmetExpectation }), socket);
  });
  answerProblems(fastify);
  addSecurityHeaders(fastify, settings);
  addCrowdLimit(fastify, parts.crowd ?? usualCrowd);
  addBodyDeadlines(fastify, headers, parts.bodyPace ?? usualPace);
  await addCors(fastify, settings);
  addPublicUrl(fastify, settings);
  addOriginGuard(fastify, settings);
  addRateLimit(fastify, settings);
  if (parts.opening !== undefined) addOpeningGate(fastify, parts.opening);
  const records = () => parts.access ?? Promise.reject(new Error('There are no records of access.'));
  const signIn = await openSignIn(settings, records, fastify.log);
  const identification =
    settings.auth.mode === 'none' ? null : new Identification(settings, records, signIn?.sessions ?? null);
  if (identification !== null) await fastify.register((await import('@fastify/cookie')).default);
  addAccessGuard(fastify, { ...parts, identification, records });

  await addOpenApi(fastify, settings);
  if (pageDir !== null) await addStaticPage(fastify, pageDir);

  const fillOtherMethods = answerOtherMethods(fastify);
  await fastify.register(rootRoutes, parts);
  await fastify.register(readyRoutes, parts);
  await fastify.register(metricsRoutes, parts);
  await fastify.register(caseRoutes, parts);
  await fastify.register(oneCaseRoutes, parts);
  await fastify.register(resumableUploadRoutes, parts);
  await fastify.register(dicomWebRoutes, parts);
  await fastify.register(archiveRoutes, parts);
  await fastify.register(engineRoutes, parts);
  await fastify.register(atlasRoutes, parts);
  await fastify.register(modelRuntimeRoutes, parts);
  await fastify.register(segmentRoutes, parts);
  // One memory of what is said of jobs, for those who ask and those who listen.
  const answers = new JobAnswers(parts.jobs);
  await fastify.register(jobRoutes, { ...parts, answers });
  await fastify.register(eventRoutes, { ...parts, answers });
  // One memory of reports to read, too.
  const reports = new ReportDesk(parts.jobs);
  await fastify.register(fileRoutes, { ...parts, reports });
  await fastify.register(zipRoutes, { ...parts, reports });
  await fastify.register(revisionRoutes, { ...parts, reports });
  const desk = new AccessDesk(records, identification, signIn);
  await fastify.register(meRoutes, { ...parts, records });
  await fastify.register(signInRoutes, { desk });
  await fastify.register(shareRoutes, { ...parts, desk });
  await fastify.register(tokenRoutes, { desk });
  await fastify.register(auditRoutes, { desk });
  fillOtherMethods();
  await fastify.ready();
  return fastify;
}
