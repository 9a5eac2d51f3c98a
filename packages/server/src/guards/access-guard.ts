import { asksWho, mayDo, type PolicyRow, policyOf, refusalOf, type Subject } from '@atoll/access/policy';
import type { AccessRecords } from '@atoll/access/records';
import type { Thing, Visitor } from '@atoll/access/visitor';
import { AtollError } from '@atoll/errors/error';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuditLog } from '../access/audit-log.ts';
import type { Identification } from '../access/identification.ts';
import { findThing, unknownCodes } from '../access/things.ts';
import type { ServerParts } from '../parts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null where nobody has to sign in. */
    visitor: Visitor | null;
    /** Id of what came of the request, for the log of who did what. */
    madeId: string | null;
  }
  interface FastifyContextConfig {
    /** A route that refuses the methods that an address does not have, and does nothing else. */
    refusesMethods?: boolean;
  }
}

export type GuardParts = Pick<ServerParts, 'jobs' | 'cases' | 'uploads' | 'settings'> & {
  readonly identification: Identification | null;
  readonly records: () => Promise<AccessRecords>;
};

/** How often what is past its time is removed. */
const sweepEveryMs = 3600_000;

/**
 * The one place where it is asked who may do what: by the row of the route in the table of policy, before the body is
 * read, and where the body names what it is about, as soon as it is read. A route without a row keeps the
 * server from starting. Where nobody has to sign in, nothing else is done.
 */
export function addAccessGuard(fastify: FastifyInstance, parts: GuardParts): void {
  fastify.decorateRequest('visitor', null);
  fastify.decorateRequest('madeId', null);
  const forgotten: string[] = [];
  fastify.addHook('onRoute', ({ method, url, config }) => {
    if (config?.refusesMethods === true) return;
    for (const each of [method].flat()) {
      if (policyOf(each, url) === undefined) forgotten.push(`${each} ${url}`);
    }
  });
  fastify.addHook('onReady', async () => {
    if (forgotten.length > 0) throw new Error(`The policy has no row for ${forgotten.join(', ')}.`);
  });
  const { identification } = parts;
  if (identification === null) return;

  fastify.addHook('onRequest', async (request) => {
    const row = rowOf(request);
    if (row === null || !asksWho(row)) return;
    const visitor = await identification.visitorOf(request);
    request.visitor = visitor;
    const refusal = refusalOf(visitor, row);
    if (refusal === 'SIGN_IN_NEEDED' && identification.hasSession(request)) {
      throw new AtollError('SESSION_ENDED');
    }
    if (refusal !== null) throw new AtollError(refusal);
    if (row.about?.in === 'path') await check(request, visitor, row, row.about);
  });

  fastify.addHook('preHandler', async (request) => {
    const row = rowOf(request);
    if (row?.about?.in !== 'body' || request.visitor === null) return;
    await check(request, request.visitor, row, row.about);
  });

  async function check(request: FastifyRequest, visitor: Visitor, { act }: PolicyRow, about: Subject) {
    for (const id of idsIn(request, about)) {
      const thing = await findThing(parts, about.kind, id);
      if (thing !== null && !mayDo(visitor, act, thing)) throw unknown(thing, about);
    }
  }

  const audit = new AuditLog(parts.records, (err) => fastify.log.error({ err }, 'the audit log'));
  fastify.addHook('onResponse', async (request, reply) => {
    const row = rowOf(request);
    const { visitor } = request;
    if (row?.audit == null || visitor === null || reply.statusCode >= 400) return;
    const [named] = row.about === null ? [] : idsIn(request, row.about);
    const { principal, shares } = visitor;
    const subject = request.madeId ?? named ?? null;
    const share = shares.find(({ jobId, caseId }) => jobId === subject || caseId === subject) ?? shares[0];
    audit.add({
      at: new Date(),
      who: principal?.id ?? (share === undefined ? '-' : `share:${share.shareId}`),
      way: principal?.way ?? 'share',
      action: row.audit,
      subject,
    });
  });
  const { auditSeconds } = parts.settings.auth;
  const sweep = async () => {
    const records = await parts.records();
    await records.sweep(new Date(Date.now() - 1000 * auditSeconds), new Date());
  };
  const round = () => {
    sweep().catch((err: unknown) => fastify.log.error({ err }, 'what is past its time could not be removed'));
  };
  const timer = setInterval(round, sweepEveryMs).unref();
  fastify.addHook('onClose', async () => {
    clearInterval(timer);
    await audit.flush();
  });
}

/** null where there is no route, and where a method is refused: the answer is the same for all. */
function rowOf({ is404, method, routeOptions }: FastifyRequest): PolicyRow | null {
  if (is404 || routeOptions.config.refusesMethods === true) return null;
  const row = policyOf(method, routeOptions.url ?? '');
  // Every route was looked up when it was added.
  if (row === undefined) throw new AtollError('INTERNAL');
  return row;
}

const Named = z.union([z.string(), z.array(z.object({ upload: z.string() }))]);

/** Ids of the things that a request names: one, or the files that a case is to be made of. */
function idsIn({ params, body }: FastifyRequest, { in: place, field }: Subject): string[] {
  const bag = z.record(z.string(), z.unknown()).safeParse(place === 'path' ? params : body);
  const named = Named.safeParse(bag.data?.[field]);
  if (!named.success) return [];
  return typeof named.data === 'string' ? [named.data] : named.data.map(({ upload }) => upload);
}

/** As if it were not there, in the words of the route. */
function unknown({ kind }: Thing, about: Subject): AtollError {
  if (kind !== 'case') return new AtollError(unknownCodes[kind]);
  return new AtollError(about.in === 'body' ? 'CASE_UNKNOWN' : 'CASE_NOT_FOUND');
}
