import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AtollProcess } from '../packages/archive/test/atoll-process.ts';
import { OrthancServer } from '../packages/dicom/test/orthanc-server.ts';
import { paintLesion } from '../packages/dicom/test/paint-lesion.ts';
import { fewDirections, philipsSeries, withoutPhilips } from '../packages/dicom/test/philips-series.ts';
import { faults, readDocuments, readWithPydicom } from '../packages/dicom/test/read-back.ts';
import { freePort } from '../scripts/free-port.ts';

/**
 * A real archive sends an examination to a real Atoll that is killed again and again, and gets the results back. What
 * Atoll sends goes through a gate, so that it can be killed when the archive has taken them and before it knows.
 */
let orthanc: OrthancServer;
let atoll: AtollProcess;
let gate: Server;
let onStored: (() => Promise<void>) | null = null;

beforeAll(async () => {
  if (withoutPhilips) return;
  orthanc = await OrthancServer.start();
  gate = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await fetch(`${new URL(orthanc.root).origin}${request.url}`, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body,
    });
    const text = await answer.text();
    const held = onStored;
    onStored = null;
    if (held !== null) await held();
    response.writeHead(answer.status, { 'Content-Type': 'application/dicom+json' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const address = gate.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  atoll = new AtollProcess({
    ATOLL_DICOM_RECEIVE: 'on',
    ATOLL_DICOM_QUIET: '2s',
    ATOLL_DICOM_RULES: 'modality=CT,engine=deepisles; series=*dti*,engine=diffusion; modality=MR',
    ATOLL_ARCHIVES: `gate=http://127.0.0.1:${port}/dicom-web`,
    ATOLL_ARCHIVE_CREDENTIALS: `gate=${orthanc.user}:${orthanc.password}`,
    ATOLL_RESULT_ARCHIVES: 'gate',
  });
  await atoll.start();
  await orthanc.rest('/dicom-web/servers/atoll', {
    method: 'PUT',
    body: JSON.stringify({ Url: `${atoll.root}/dicom-web/` }),
  });
});
afterAll(async () => {
  await atoll?.end();
  gate?.close();
  await orthanc?.stop();
});

const Series = z.array(
  z.object({ MainDicomTags: z.looseObject({ Modality: z.string() }), Instances: z.array(z.string()) }),
);

/** Orthanc sends all that it has to Atoll. */
async function send(): Promise<void> {
  const studies = z.array(z.string()).parse(await (await orthanc.rest('/studies')).json());
  expect(studies).toHaveLength(1);
  await orthanc.rest('/dicom-web/servers/atoll/stow', {
    method: 'POST',
    body: JSON.stringify({ Resources: studies, Synchronous: true }),
  });
}

/** Ids of an archive's instances of a modality. */
async function instancesOf(archive: OrthancServer, modality: string): Promise<string[]> {
  const ids = z.array(z.string()).parse(await (await archive.rest('/series')).json());
  const found = await Promise.all(ids.map(async (id) => (await archive.rest(`/series/${id}`)).json()));
  return Series.parse(found)
    .filter(({ MainDicomTags }) => MainDicomTags.Modality === modality)
    .flatMap(({ Instances }) => Instances);
}

const countsOf = async (archive: OrthancServer) => ({
  MR: (await instancesOf(archive, 'MR')).length,
  SEG: (await instancesOf(archive, 'SEG')).length,
  SR: (await instancesOf(archive, 'SR')).length,
  DOC: (await instancesOf(archive, 'DOC')).length,
});

const fileOf = async (archive: OrthancServer, id: string) =>
  new Uint8Array(await (await archive.rest(`/instances/${id}/file`)).arrayBuffer());

describe('an archive that sends an examination to Atoll', () => {
  it.skipIf(withoutPhilips)(
    'gets segmentation, measurements and report back once, however often Atoll is killed and whatever is sent again',
    async () => {
      const { files, centreMm, radiusMm } = paintLesion(fewDirections(await philipsSeries()), 'left');
      for (const body of files) await orthanc.rest('/instances', { method: 'POST', body });

      // Killed while it receives: what the archive sends fails.
      const folder = join(atoll.dataDir, 'studies/files');
      const sending = send().then(
        () => 'sent',
        () => 'failed',
      );
      const isUnderWay = async () => {
        while (!existsSync(folder) || readdirSync(folder).length < 20) await sleep(10);
        return 'under way';
      };
      expect(await Promise.race([sending, isUnderWay()])).toBe('under way');
      await atoll.kill();
      expect(await sending).toBe('failed');
      await atoll.start();

      // Sent again and whole: killed while it runs.
      let from = atoll.log.length;
      await send();
      await atoll.says('"to":"running"', from);
      await atoll.kill();

      // Killed when the archive has stored the results and Atoll has not heard of it.
      const stored = new Promise<void>((resolve) => {
        onStored = async () => {
          await atoll.kill();
          resolve();
        };
      });
      await atoll.start();
      await stored;
      expect(await countsOf(orthanc)).toEqual({ MR: files.length, SEG: 1, SR: 1, DOC: 1 });

      from = atoll.log.length;
      await atoll.start();
      await atoll.says('"to":"done"', from);
      const all = { MR: files.length, SEG: 1, SR: 1, DOC: 1 };
      expect(await countsOf(orthanc)).toEqual(all);

      // The whole study once more, with what came back among it.
      await send();
      await sleep(3000);
      expect(await countsOf(orthanc)).toEqual(all);
      expect(atoll.log.slice(from).filter((line) => line.includes('"to":"sending"'))).toHaveLength(0);

      const [segId] = await instancesOf(orthanc, 'SEG');
      const [srId] = await instancesOf(orthanc, 'SR');
      const [pdfId] = await instancesOf(orthanc, 'DOC');
      const [seg, sr, pdf] = [
        await fileOf(orthanc, segId),
        await fileOf(orthanc, srId),
        await fileOf(orthanc, pdfId),
      ];
      const [read] = readWithPydicom([seg]);
      const [left, posterior, superior] = [0, 1, 2].map(
        (axis) => read.points.reduce((sum, point) => sum + point[axis], 0) / read.points.length,
      );
      expect(left).toBeGreaterThan(0);
      const [x, y, z] = centreMm;
      expect(Math.hypot(-left - x, -posterior - y, superior - z)).toBeLessThan(radiusMm / 2);
      // The volunteer's name is one word, which the standard has retired.
      const isFault = (line: string) => !line.includes('Retired Person Name form');
      expect(faults(seg).filter(isFault)).toEqual([]);
      expect(faults(sr, 'ComprehensiveSR').filter(isFault)).toEqual([]);
      expect(faults(pdf, 'EncapsulatedPDF').filter(isFault)).toEqual([]);
      const documents = readDocuments([sr, pdf]);
      expect(documents.map(({ study }) => study)).toEqual([read.study, read.study]);
      expect(documents[0].referencedInstances).toContain(read.instance);
      // Neither the patient nor the examination is in the log.
      const log = atoll.log.join('\n');
      for (const secret of [read.patient, read.patientId, read.study, read.instance, orthanc.password]) {
        expect(secret.length).toBeGreaterThan(2);
        expect(log).not.toContain(secret);
      }
    },
    // Five starts of a whole program, on a machine that may be busy.
    900_000,
  );
});

describe('Orthanc in front of Atoll, for scanners that speak DIMSE alone', () => {
  it.skipIf(withoutPhilips)(
    'takes a study by C-STORE from whom it knows, passes it on, and gives the results back by C-STORE',
    async () => {
      const [scannerPort, gatewayPort] = [await freePort(), await freePort()];
      const service = new AtollProcess({ ATOLL_LOG_LEVEL: 'warn' });
      const scanner = await OrthancServer.start({
        DicomServerEnabled: true,
        DicomAet: 'SCANNER',
        DicomPort: scannerPort,
        DicomAlwaysAllowStore: true,
        DicomModalities: { gateway: ['ATOLL', '127.0.0.1', gatewayPort] },
      });
      const gateway = await OrthancServer.start({
        ...gatewaySettings(),
        DicomPort: gatewayPort,
        StableAge: 3,
        LuaScripts: [join(import.meta.dirname, '../deploy/orthanc/atoll.lua')],
        DicomModalities: { scanner: ['SCANNER', '127.0.0.1', scannerPort] },
      });
      try {
        service.set({
          ATOLL_DICOM_RECEIVE: 'on',
          ATOLL_DICOM_QUIET: '2s',
          ATOLL_ARCHIVES: `gateway=${gateway.root}`,
          ATOLL_ARCHIVE_CREDENTIALS: `gateway=${gateway.user}:${gateway.password}`,
          ATOLL_RESULT_ARCHIVES: 'gateway',
        });
        await service.start();
        await gateway.rest('/dicom-web/servers/atoll', {
          method: 'PUT',
          body: JSON.stringify({ Url: `${service.root}/dicom-web/` }),
        });
        const { files } = paintLesion(fewDirections(await philipsSeries()), 'right');
        for (const body of files) await scanner.rest('/instances', { method: 'POST', body });
        const send = async (calling: string) => {
          const resources = z.array(z.string()).parse(await (await scanner.rest('/studies')).json());
          await scanner.rest('/modalities/gateway/store', {
            method: 'POST',
            body: JSON.stringify({ Resources: resources, LocalAet: calling, Synchronous: true }),
          });
        };
        await expect(send('STRANGER')).rejects.toThrow();
        await send('SCANNER');
        for (;;) {
          const found = await countsOf(scanner);
          if (found.SEG + found.SR + found.DOC === 3) break;
          await sleep(200);
        }
        // Long enough for the results to have gone round, were they to.
        await sleep(8000);
        expect(await countsOf(scanner)).toEqual({ MR: files.length, SEG: 1, SR: 1, DOC: 1 });
        expect(await countsOf(gateway)).toEqual({ MR: files.length, SEG: 1, SR: 1, DOC: 1 });
        const [seg] = readWithPydicom([await fileOf(scanner, (await instancesOf(scanner, 'SEG'))[0])]);
        expect(seg.points.reduce((sum, [left]) => sum + left, 0)).toBeLessThan(0);
      } finally {
        await service.end();
        await scanner.stop();
        await gateway.stop();
      }
    },
    900_000,
  );
});

/** The settings that are in deploy/, but what names addresses and secrets. */
function gatewaySettings(): Record<string, unknown> {
  const text = readFileSync(join(import.meta.dirname, '../deploy/orthanc/orthanc.json'), 'utf8');
  const {
    RemoteAccessAllowed: _,
    RegisteredUsers: __,
    DicomWeb: ___,
    ...settings
  } = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  return settings;
}
