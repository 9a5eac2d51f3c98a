import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ArchiveList, CaseFetched, StudyList, StudySearch, StudyWanted } from '@atoll/contract/archives';
import { findStudies } from '@atoll/dicom/web/query';
import { retrieveStudy } from '@atoll/dicom/web/retrieve';
import { AtollError } from '@atoll/errors/error';
import type { Archive } from '@atoll/instance/archive-settings';
import type { Settings } from '@atoll/instance/settings';
import type { ReceivedFile } from '@atoll/reception/received';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ownerFor } from '../access/owner.ts';
import { untilGone } from '../answers/until-gone.ts';
import { clientOf } from '../guards/client-id.ts';
import { isLoopback } from '../guards/public-url.ts';
import type { ServerParts } from '../parts.ts';
import { answer, problemAnswers } from './answers.ts';

type ArchiveParts = Pick<ServerParts, 'settings' | 'uploads'>;

const Params = z.object({ archive: z.string() });

/** `/api/archives`: searching the archives that this instance knows, and fetching studies from them. */
export const archiveRoutes: FastifyPluginAsyncZod<ArchiveParts> = async (fastify, { settings, uploads }) => {
  const archives = searchedArchives(settings);
  const find = (name: string): Archive => {
    const found = archives.find((each) => each.name === name);
    if (found === undefined) throw new AtollError('ARCHIVE_UNKNOWN');
    return found;
  };

  fastify.get(
    '/api/archives',
    {
      schema: {
        tags: ['archives'],
        summary: 'The archives that can be searched',
        response: { 200: answer('Their names.', ArchiveList), ...problemAnswers },
      },
    },
    async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
      return { archives: archives.map(({ name }) => ({ name })) };
    },
  );

  fastify.post(
    '/api/archives/:archive/search',
    {
      schema: {
        tags: ['archives'],
        summary: 'Search an archive by patient id, accession number or date',
        params: Params,
        body: StudySearch,
        response: { 200: answer('Studies that fit, with whom they are of.', StudyList), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const { name, root, authorization } = find(request.params.archive);
      const studies = await findStudies(root, request.body, {
        authorization: authorization ?? undefined,
        signal: untilGone(request, reply),
      });
      request.madeId = name;
      reply.header('Cache-Control', 'no-store');
      return { studies: studies.map((each) => ({ ...each, modalities: [...each.modalities] })) };
    },
  );

  fastify.post(
    '/api/archives/:archive/cases',
    {
      schema: {
        tags: ['archives'],
        summary: 'Fetch a study from an archive as a case; it is then as if it had been uploaded',
        params: Params,
        body: StudyWanted,
        response: { 201: answer('The case.', CaseFetched), ...problemAnswers },
      },
    },
    async (request, reply) => {
      const archive = find(request.params.archive);
      if (uploads === null) throw new AtollError('UPLOADS_OFF');
      const signal = untilGone(request, reply);
      const sender = { client: clientOf(request), owner: ownerFor(request, settings) };
      const { caseId, remarks } = await uploads.takeInFetched(
        sender,
        (folder) => fetchInto(folder, archive, request.body.studyUid, uploads.limits, signal),
        signal,
      );
      request.madeId = caseId;
      const caseUrl = `${request.publicUrl}/api/cases/${caseId}`;
      reply.code(201).header('Location', caseUrl).header('Cache-Control', 'no-store');
      return { caseId, remarks: [...remarks], caseUrl, pageUrl: `${request.publicUrl}/?case=${caseId}` };
    },
  );
};

/** Where nobody signs in, this machine alone may look into a hospital’s archive. */
export function searchedArchives({
  auth,
  host,
  publicUrl,
  trustedProxies,
  archives,
}: Settings): readonly Archive[] {
  const isPrivate = isLoopback(host) && !auth.isOpen && publicUrl === null && trustedProxies.length === 0;
  return auth.mode !== 'none' || isPrivate ? archives.all : [];
}

async function fetchInto(
  folder: string,
  { root, authorization }: Archive,
  studyUid: string,
  limits: { readonly maxBytes: number; readonly maxFiles: number },
  signal: AbortSignal,
): Promise<ReceivedFile[]> {
  const files: ReceivedFile[] = [];
  const take = async (file: AsyncIterable<Uint8Array>) => {
    const path = join(folder, `fetched-${files.length}`);
    await pipeline(file, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
    files.push({ path, sizeBytes: (await stat(path)).size, role: null, name: `${files.length + 1}` });
  };
  await retrieveStudy(root, studyUid, take, {
    ...limits,
    authorization: authorization ?? undefined,
    signal,
  });
  return files;
}
