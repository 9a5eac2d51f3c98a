import { randomBytes } from 'node:crypto';
import type { Owner } from '@atoll/access/visitor';
import type { ErrorCode } from '@atoll/errors/catalogue';
import type { Database, Sql } from './database.ts';
import { and, asc, eq, inArray, isNull, lt, sql } from './drizzle.ts';
import { knownCode } from './job-table.ts';
import type { Delivery, ReceivedStudy, StudyInstance, StudyState } from './received-study.ts';
import { studies, studyDeliveries, studyInstances } from './schema.ts';

/** What has come of one study, and how much of one is taken. */
export type Arrival = {
  readonly studyUid: string;
  readonly owner: Owner | null;
  readonly instances: readonly StudyInstance[];
  /** It is taken to be whole when nothing has come for so long. */
  readonly quietSeconds: number;
  readonly maxInstances: number;
  readonly maxBytes: number;
};

/** What became of each: taken; known before, so that its new file is not needed; or too much for one study. */
export type Receipt = {
  readonly studyId: string;
  readonly verdicts: ReadonlyMap<string, 'taken' | 'known' | 'too-much'>;
};

/** What whoever holds a study says of it. */
export type StudyChange = Partial<
  Pick<ReceivedStudy, 'state' | 'attempts' | 'caseId' | 'jobId' | 'fingerprint' | 'sources' | 'errorCode'>
> & {
  /** When there is something to do next; null for nothing. */
  readonly dueInSeconds: number | null;
};

const inSeconds = (seconds: number) => sql`now() + make_interval(secs => ${seconds})`;

/**
 * Received studies and what has become of them. Several processes may work on them: each takes one up for a while
 * ({@link claim}), and what it says later counts only as long as nobody else has taken it up and nothing new has come.
 */
export class StudyTable {
  readonly #database: Pick<Database, 'sql' | 'transaction'>;

  constructor(database: Pick<Database, 'sql' | 'transaction'>) {
    this.#database = database;
  }

  get #sql(): Sql {
    return this.#database.sql;
  }

  /** Writes down what has come. Their files lie in the store already. */
  async receive(arrival: Arrival): Promise<Receipt> {
    return this.#database.transaction(async ({ sql: within }) => {
      const { studyUid, owner, instances, quietSeconds, maxInstances, maxBytes } = arrival;
      await within
        .insert(studies)
        .values({
          studyId: randomBytes(16).toString('hex'),
          studyUid,
          owner: owner?.id ?? null,
          ownerGroups: [...(owner?.groups ?? [])],
          state: 'receiving',
          dueAt: inSeconds(quietSeconds),
        })
        .onConflictDoNothing();
      const [study] = await within.select().from(studies).where(ofSender(studyUid, owner)).for('update');
      const { studyId } = study;
      const before = await within.select().from(studyInstances).where(eq(studyInstances.studyId, studyId));
      const known = new Set(before.map(({ sopUid }) => sopUid));
      let bytes = before.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const verdicts = new Map<string, 'taken' | 'known' | 'too-much'>();
      const taken: StudyInstance[] = [];
      for (const instance of instances) {
        const { fileId, sopUid, sizeBytes } = instance;
        const tooMuch = known.size >= maxInstances || bytes + sizeBytes > maxBytes;
        verdicts.set(fileId, known.has(sopUid) ? 'known' : tooMuch ? 'too-much' : 'taken');
        if (verdicts.get(fileId) !== 'taken') continue;
        known.add(sopUid);
        bytes += sizeBytes;
        taken.push(instance);
      }
      if (taken.length > 0) {
        await within.insert(studyInstances).values(taken.map((each) => ({ ...each, studyId })));
      }
      // What was sent again says that its sender has not finished, and changes nothing else.
      if (taken.length > 0 || study.state === 'receiving') {
        await within
          .update(studies)
          .set({
            state: 'receiving',
            receivedAt: sql`now()`,
            dueAt: inSeconds(quietSeconds),
            heldUntil: null,
            turn: sql`${studies.turn} + 1`,
            attempts: 0,
            errorCode: null,
            ...(study.state === 'receiving' ? {} : { round: sql`${studies.round} + 1` }),
          })
          .where(eq(studies.studyId, studyId));
      }
      return { studyId, verdicts };
    });
  }

  /** Those of the instances that are here already. */
  async known(
    studyUid: string,
    owner: Owner | null,
    sopUids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await this.#sql
      .select({ sopUid: studyInstances.sopUid })
      .from(studyInstances)
      .innerJoin(studies, eq(studies.studyId, studyInstances.studyId))
      .where(and(ofSender(studyUid, owner), inArray(studyInstances.sopUid, [...sopUids])));
    return new Set(rows.map(({ sopUid }) => sopUid));
  }

  /** Takes up the study that has been due for longest, for so long. null where none is due. */
  async claim(holdSeconds: number): Promise<ReceivedStudy | null> {
    const due = sql`(
      SELECT study_id FROM atoll.studies
      WHERE due_at <= now() AND (held_until IS NULL OR held_until < now())
      ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)`;
    const [row] = await this.#sql
      .update(studies)
      .set({
        turn: sql`${studies.turn} + 1`,
        attempts: sql`${studies.attempts} + 1`,
        heldUntil: inSeconds(holdSeconds),
      })
      .where(eq(studies.studyId, due))
      .returning();
    return row === undefined ? null : toStudy(row);
  }

  /** Word that a job has ended: whoever waits for it need not wait longer. */
  async hurry(jobId: string): Promise<void> {
    await this.#sql
      .update(studies)
      .set({ dueAt: sql`now()` })
      .where(and(eq(studies.jobId, jobId), eq(studies.state, 'running')));
  }

  /** Goes on holding it. @returns whether it is still held. */
  async hold({ studyId, turn }: ReceivedStudy, holdSeconds: number): Promise<boolean> {
    const rows = await this.#sql
      .update(studies)
      .set({ heldUntil: inSeconds(holdSeconds) })
      .where(held(studyId, turn))
      .returning({ studyId: studies.studyId });
    return rows.length > 0;
  }

  /** Says what came of a turn, and lets the study go. @returns false where it was not held any more. */
  async settle({ studyId, turn }: ReceivedStudy, change: StudyChange): Promise<boolean> {
    const { dueInSeconds, sources, ...rest } = change;
    const rows = await this.#sql
      .update(studies)
      .set({
        ...rest,
        ...(sources === undefined ? {} : { sources: [...sources] }),
        dueAt: dueInSeconds === null ? null : inSeconds(dueInSeconds),
        heldUntil: null,
      })
      .where(held(studyId, turn))
      .returning({ studyId: studies.studyId });
    return rows.length > 0;
  }

  /** Lets go of all that a process held that is gone. */
  async releaseAll(): Promise<void> {
    await this.#sql.update(studies).set({ heldUntil: null });
  }

  async instances(studyId: string): Promise<readonly StudyInstance[]> {
    return this.#sql
      .select({
        sopUid: studyInstances.sopUid,
        fileId: studyInstances.fileId,
        sizeBytes: studyInstances.sizeBytes,
      })
      .from(studyInstances)
      .where(eq(studyInstances.studyId, studyId))
      .orderBy(asc(studyInstances.sopUid));
  }

  /** Those of the files that belong to a study. */
  async keepers(fileIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (fileIds.length === 0) return new Set();
    const rows = await this.#sql
      .select({ fileId: studyInstances.fileId })
      .from(studyInstances)
      .where(inArray(studyInstances.fileId, [...fileIds]));
    return new Set(rows.map(({ fileId }) => fileId));
  }

  /** What of a job’s results goes where; each archive is written down once. */
  async deliveries(
    studyId: string,
    jobId: string,
    archives: readonly string[],
  ): Promise<readonly Delivery[]> {
    if (archives.length > 0) {
      await this.#sql
        .insert(studyDeliveries)
        .values(archives.map((archive) => ({ studyId, jobId, archive, state: 'waiting' as const })))
        .onConflictDoNothing();
    }
    const rows = await this.#sql.select().from(studyDeliveries).where(eq(studyDeliveries.jobId, jobId));
    return rows.map(({ studyId: _, errorCode, ...row }) => ({ ...row, errorCode: knownCode(errorCode) }));
  }

  async delivered(
    { jobId, archive }: Delivery,
    outcome: 'sent' | { readonly errorCode: ErrorCode; readonly againInSeconds: number | null },
  ): Promise<void> {
    const isSent = outcome === 'sent';
    await this.#sql
      .update(studyDeliveries)
      .set({
        state: isSent ? 'sent' : outcome.againInSeconds === null ? 'given-up' : 'waiting',
        attempts: sql`${studyDeliveries.attempts} + 1`,
        errorCode: isSent ? null : outcome.errorCode,
        ...(isSent ? {} : { dueAt: inSeconds(outcome.againInSeconds ?? 0) }),
      })
      .where(and(eq(studyDeliveries.jobId, jobId), eq(studyDeliveries.archive, archive)));
  }

  /** How many are in each state. */
  async counts(): Promise<ReadonlyMap<StudyState, number>> {
    const rows = await this.#sql
      .select({ state: studies.state, total: sql<number>`count(*)::int` })
      .from(studies)
      .groupBy(studies.state);
    return new Map(rows.map(({ state, total }) => [state, total]));
  }

  /** Forgets studies with which nothing is to be done and that came before. @returns how many, and their files. */
  async forget(before: Date, limit: number): Promise<{ studies: number; fileIds: readonly string[] }> {
    const old = await this.#sql
      .select({ studyId: studies.studyId })
      .from(studies)
      .where(and(isNull(studies.dueAt), lt(studies.receivedAt, before)))
      .limit(limit);
    const ids = old.map(({ studyId }) => studyId);
    if (ids.length === 0) return { studies: 0, fileIds: [] };
    return this.#database.transaction(async ({ sql: within }) => {
      const files = await within
        .select({ fileId: studyInstances.fileId })
        .from(studyInstances)
        .where(inArray(studyInstances.studyId, ids));
      await within
        .delete(studies)
        .where(and(inArray(studies.studyId, ids), isNull(studies.dueAt), lt(studies.receivedAt, before)));
      return { studies: ids.length, fileIds: files.map(({ fileId }) => fileId) };
    });
  }
}

/** Of two accounts that send the same study, each has its own. */
const ofSender = (studyUid: string, owner: Owner | null) =>
  and(eq(studies.studyUid, studyUid), owner === null ? isNull(studies.owner) : eq(studies.owner, owner.id));

const held = (studyId: string, turn: number) => and(eq(studies.studyId, studyId), eq(studies.turn, turn));

function toStudy({
  owner,
  ownerGroups,
  dueAt: _,
  heldUntil: __,
  errorCode,
  ...row
}: typeof studies.$inferSelect): ReceivedStudy {
  return {
    ...row,
    owner: owner === null ? null : { id: owner, groups: ownerGroups },
    errorCode: knownCode(errorCode),
  };
}
