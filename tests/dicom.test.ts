import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Report } from '@atoll/contract/report';
import { readSourceSlices } from '@atoll/dicom/seg/source-slice';
import { readNifti } from '@atoll/volume/nifti-read';
import { writeNiftiMask } from '@atoll/volume/nifti-write';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAtoll } from '../packages/cli/test/run-atoll.ts';
import { OrthancServer } from '../packages/dicom/test/orthanc-server.ts';
import { paintLesion } from '../packages/dicom/test/paint-lesion.ts';
import { fewDirections, philipsSeries, withoutPhilips } from '../packages/dicom/test/philips-series.ts';
import { faults, readDocuments, readWithPydicom } from '../packages/dicom/test/read-back.ts';
import {
  axial,
  gridOf,
  makeSeries,
  markedVoxels,
  paintBall,
  voxelsAt,
} from '../packages/dicom/test/source-series.ts';

const centroid = (points: readonly number[][]) =>
  [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);

let folder: string;
let files: Uint8Array[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atoll-cli-dicom-'));
  files = makeSeries(axial);
  const series = join(folder, 'export', 'series');
  mkdirSync(series, { recursive: true });
  for (const [at, bytes] of files.entries()) writeFileSync(join(series, `IM${at}`), bytes);
  writeFileSync(join(folder, 'export', 'README.txt'), 'not DICOM, and passed over');
  writeFileSync(join(folder, 'mask.nii'), writeNiftiMask(mask));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mask = paintBall(gridOf(axial), [-12, 6, 24], 9);
const at = (name: string) => join(folder, name);

describe('atoll dicom seg', () => {
  it('writes a mask as a segmentation of the series in a folder', async () => {
    const args = ['--mask', at('mask.nii'), '--dicom', at('export'), '--out', at('out/lesion_seg.dcm')];
    const unsaid = await runAtoll(['dicom', 'seg', ...args]);
    expect(unsaid.code).toBe(2);
    expect(unsaid.stderr).toContain('--manual');
    const { code, stdout, stderr } = await runAtoll(['dicom', 'seg', ...args, '--manual']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`Segmentation: ${at('out/lesion_seg.dcm')}\n`);
    const [seg] = readWithPydicom([readFileSync(at('out/lesion_seg.dcm'))]);
    expect(voxelsAt(seg.points, mask)).toEqual(markedVoxels(mask));
    expect(seg.algorithm).toBe('MANUAL');
    expect(seg.study).toBe(readSourceSlices(files[0])[0].studyUid);
  });

  it('says why a mask cannot refer to the series, and names no patient', async () => {
    const elsewhere = { ...mask, affine: gridOf({ ...axial, position: [0, 0, 0.5] }).affine };
    writeFileSync(at('elsewhere.nii'), writeNiftiMask(elsewhere));
    const args = [
      '--mask',
      at('elsewhere.nii'),
      '--manual',
      '--dicom',
      at('export'),
      '--out',
      at('none.dcm'),
    ];
    const { code, stderr } = await runAtoll(['dicom', 'seg', ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain('None of the 10 DICOM slices matches the grid of the mask. [SEG_GRID_DIFFERS]');
    expect(stderr).not.toContain('Muster');
  });
});

describe('atoll segment --dicom', () => {
  it.skipIf(withoutPhilips)(
    'ends the lesion of a real examination of 544 files on its side in DICOM as in NIfTI',
    async () => {
      const { files: slices, centreMm, radiusMm } = paintLesion(await philipsSeries(), 'left');
      const { out, stdout } = await segmentDicom(slices, []);
      expect(stdout).toContain(`DICOM:  ${join(out, 'lesion_seg.dcm')}`);

      const mask = await readNifti(readFileSync(join(out, 'lesion_msk.nii.gz')));
      const bytes = readFileSync(join(out, 'lesion_seg.dcm'));
      const [seg] = readWithPydicom([bytes]);
      expect(voxelsAt(seg.points, mask)).toEqual(markedVoxels(mask));
      const [left, posterior, superior] = centroid(seg.points);
      expect(left).toBeGreaterThan(0);
      const [x, y, z] = centreMm;
      expect(Math.hypot(-left - x, -posterior - y, superior - z)).toBeLessThan(radiusMm / 2);

      // The first of the directions that the trace was made of.
      const sources = slices.flatMap((slice) => readSourceSlices(slice));
      const referred = sources.filter(({ sopInstanceUid }) =>
        seg.referencedInstances.includes(sopInstanceUid),
      );
      expect(new Set(referred.map(({ diffusion }) => diffusion.bValue))).toEqual(new Set([1000]));
      expect(referred).toHaveLength(32);
      expect(seg.frameOfReference).toBe(sources[0].frameOfReferenceUid);
      // The volunteer's name is one word, which the standard has retired.
      const isFault = (line: string) => !line.includes('Retired Person Name form');
      expect(faults(bytes).filter(isFault)).toEqual([]);

      const [sr, pdf] = ['lesion_sr.dcm', 'lesion_pdf.dcm'].map((name) => readFileSync(join(out, name)));
      expect(faults(sr, 'ComprehensiveSR').filter(isFault)).toEqual([]);
      expect(faults(pdf, 'EncapsulatedPDF').filter(isFault)).toEqual([]);
      const [measured, printed] = readDocuments([sr, pdf]);
      const report = Report.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
      const volumes = measured.items.filter(({ name }) => name === 'Volume').map(({ value }) => value);
      const millilitres = [report.volumeMl, ...report.lesions.map(({ volumeMl }) => volumeMl)];
      expect(volumes.map((value) => Number.parseFloat(value))).toEqual(
        millilitres.map((each) => expect.closeTo(each, 5)),
      );
      expect(Buffer.from(printed.document, 'hex')).toEqual(readFileSync(join(out, 'report.pdf')));
      // The patient is named in what goes to the archive, and nowhere else.
      // Less its pictures, whose letters may spell anything.
      const html = readFileSync(join(out, 'report.html'), 'utf8').replace(/base64,[\w+/=]+/g, '');
      expect(seg.patient.length).toBeGreaterThan(2);
      expect(html).not.toContain(seg.patient);
    },
  );

  it.skipIf(withoutPhilips)('writes none with --no-seg, and leaves none of an earlier run', async () => {
    const stale = at('stale');
    mkdirSync(stale);
    for (const name of ['lesion_seg.dcm', 'lesion_sr.dcm', 'lesion_pdf.dcm'])
      writeFileSync(join(stale, name), 'of another mask');
    await segmentDicom(fewDirections(await philipsSeries()), ['--no-seg'], stale);
    expect(readdirSync(stale).sort()).toEqual([
      'inputs.json',
      'lesion_msk.nii.gz',
      'report.html',
      'report.json',
      'report.pdf',
    ]);
  });

  async function segmentDicom(
    slices: readonly Uint8Array[],
    options: readonly string[],
    out = at('segmented'),
  ) {
    const exported = mkdtempSync(at('export-'));
    for (const [n, bytes] of slices.entries()) writeFileSync(join(exported, `IM_${n}`), bytes);
    const { code, stdout, stderr } = await runAtoll([
      'segment',
      '--dicom',
      exported,
      '--out',
      out,
      ...options,
    ]);
    expect(code, stderr).toBe(0);
    return { out, stdout };
  }
});

describe('atoll dicom send', () => {
  it('stores files in an archive, with credentials from the environment', async () => {
    const orthanc = await OrthancServer.start();
    try {
      const send = ['dicom', 'send', '--to', orthanc.root, at('export')];
      const refused = await runAtoll(send);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('[DICOMWEB_UNAUTHORIZED]');
      const ATOLL_DICOMWEB_CREDENTIALS = `${orthanc.user}:${orthanc.password}`;
      const sent = await runAtoll(send, { env: { ATOLL_DICOMWEB_CREDENTIALS } });
      expect(sent).toEqual({ code: 0, stdout: '', stderr: '10 of 10 files stored\n' });
      expect(await (await orthanc.get('/instances')).json()).toHaveLength(10);
    } finally {
      await orthanc.stop();
    }
  });

  it('has its studies listed and fetched again, by the name of the archive or by its address', async () => {
    const orthanc = await OrthancServer.start();
    try {
      const env = {
        ATOLL_ARCHIVES: `pacs=${orthanc.root}`,
        ATOLL_ARCHIVE_CREDENTIALS: `pacs=${orthanc.user}:${orthanc.password}`,
        ATOLL_DICOMWEB_CREDENTIALS: `${orthanc.user}:${orthanc.password}`,
      };
      await runAtoll(['dicom', 'send', '--to', orthanc.root, at('export')], { env });
      const [{ studyUid }] = readSourceSlices(files[0]);
      const list = (...args: string[]) => runAtoll(['dicom', 'list', '--from', 'pacs', ...args], { env });

      const found = await list('--patient-id', 'T-*', '--date', '2026-01-01..2026-01-31', '--json');
      expect({ code: found.code, stderr: found.stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(found.stdout)).toEqual([
        expect.objectContaining({
          studyUid,
          patientId: 'T-1',
          date: '20260102',
          modalities: ['MR'],
          instances: 10,
        }),
      ]);
      const table = await list('--patient-id', 'T-1');
      expect(table.stdout).toContain('2026-01-02  T-1      Muster Jörg');
      expect(table.stdout).toContain(studyUid);
      expect((await list('--accession', 'none')).stdout).toBe('No study fits.\n');

      const fetched = at('fetched');
      const get = (uid: string, from: string) =>
        runAtoll(['dicom', 'fetch', uid, '--from', from, '--out', fetched], { env });
      expect(await get(studyUid, orthanc.root)).toEqual({
        code: 0,
        stdout: `Study: ${fetched}\n`,
        stderr: '10 files fetched\n',
      });
      const instances = (some: readonly Uint8Array[]) =>
        some.map((bytes) => readSourceSlices(bytes)[0].sopInstanceUid).sort();
      expect(instances(readdirSync(fetched).map((name) => readFileSync(join(fetched, name))))).toEqual(
        instances(files),
      );

      const nothing = await get('1.2.3.4.5', 'pacs');
      expect(nothing.code).toBe(1);
      expect(nothing.stderr).toContain('[DICOMWEB_UNANSWERED]');
      const stranger = await list('--patient-id', 'x').then(() =>
        runAtoll(['dicom', 'list', '--from', 'pacs'], { env: { ATOLL_ARCHIVES: env.ATOLL_ARCHIVES } }),
      );
      expect(stranger.stderr).toContain('[DICOMWEB_UNAUTHORIZED]');
      expect((await runAtoll(['dicom', 'list', '--from', 'nowhere'], { env })).code).toBe(2);
    } finally {
      await orthanc.stop();
    }
  });

  it('says what is wrong with an address, with files, or with the way to the archive', async () => {
    const { code, stderr } = await runAtoll(['dicom', 'send', '--to', 'pacs.example.org', 'missing.dcm']);
    expect(code).toBe(1);
    expect(stderr).toContain('[DICOMWEB_ADDRESS_INVALID]');
    const none = await runAtoll(['dicom', 'send', '--to', 'http://127.0.0.1:1/x', at('mask.nii')]);
    expect(none.stderr).toContain('[DICOM_NONE_FOUND]');
    const nobody = await runAtoll(['dicom', 'send', '--to', 'http://127.0.0.1:1/x', at('export')]);
    expect(nobody.stderr).toContain('[DICOMWEB_UNREACHABLE]');
  });
});
