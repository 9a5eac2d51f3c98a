import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataSet } from '@atoll/dicom/data-set';
import { deidentify } from '@atoll/dicom/deidentify/deidentify';
import { Pseudonyms } from '@atoll/dicom/deidentify/pseudonyms';
import { bValueOf } from '@atoll/dicom/diffusion-header';
import { encodeDicom } from '@atoll/dicom/seg/encode';
import { readSourceSlices } from '@atoll/dicom/seg/source-slice';
import { recognise } from '@atoll/reception/recognition';
import { readNifti } from '@atoll/volume/nifti-read';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deidentifier } from '../packages/archive/src/deidentification.ts';
import { AtollProcess } from '../packages/archive/test/atoll-process.ts';
import { asImplicit, withImpossibleLengths } from '../packages/dicom/test/impossible-lengths.ts';
import { madeDicom } from '../packages/dicom/test/made-dicom.ts';
import { fewDirections, philipsSeries, withoutPhilips } from '../packages/dicom/test/philips-series.ts';

const folder = mkdtempSync(join(tmpdir(), 'atoll-deidentify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pseudonyms = new Pseudonyms((purpose, text) =>
  createHmac('sha256', 'key').update(`${purpose}\0${text}`).digest(),
);
const made = (bytes: Uint8Array, dates: 'remove' | 'shift' = 'remove') => {
  const done = deidentify(bytes, { pseudonyms, dates });
  if (typeof done === 'string') throw new Error(done);
  return done;
};
const parse = (bytes: Uint8Array) => openDataSet(bytes);
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

const mr = '1.2.840.10008.5.1.4.1.1.4';
const image = (more: Record<string, unknown> = {}) =>
  encodeDicom(
    { classUid: mr, instanceUid: '1.2.3.4.5' },
    {
      SOPClassUID: mr,
      SOPInstanceUID: '1.2.3.4.5',
      StudyInstanceUID: '1.2.3.4',
      SeriesInstanceUID: '1.2.3.4.1',
      FrameOfReferenceUID: '1.2.3.4.2',
      ReferencedImageSequence: [{ ReferencedSOPClassUID: mr, ReferencedSOPInstanceUID: '1.2.3.4.6' }],
      PatientName: 'Muster^Jörg',
      PatientID: 'T-1',
      PatientBirthDate: '19500102',
      PatientAge: '076Y',
      PatientSex: 'M',
      OtherPatientIDsSequence: [{ PatientID: 'T-2' }],
      InstitutionName: 'Klinikum Nord',
      ReferringPhysicianName: 'Arzt^Anna',
      OperatorsName: 'Kraft^Karl',
      StationName: 'MRT1NORD',
      AccessionNumber: 'A4711',
      StudyID: 'S4711',
      StudyDate: '20260102',
      StudyTime: '101112',
      SeriesDate: '20260102',
      AcquisitionDateTime: '20260102101112.5',
      ContentDate: '20260102',
      StudyDescription: 'MRT Kopf Muster Jörg',
      SeriesDescription: 'ep2d_diff b1000 Muster',
      ImageComments: 'sent by Klinikum Nord',
      RequestAttributesSequence: [{ RequestedProcedureID: 'R4711' }],
      Modality: 'MR',
      ImageType: ['ORIGINAL', 'PRIMARY'],
      Rows: 2,
      Columns: 2,
      BitsAllocated: 16,
      PixelData: [new Uint16Array([1, 2, 3, 4]).buffer],
      ...more,
    },
    {},
  );

describe('de-identification', () => {
  it('takes out names, ids, dates, places and remarks, and says so', () => {
    const bytes = made(image());
    const text = latin1(bytes);
    for (const secret of [
      ...[
        'Muster',
        'T-1',
        'T-2',
        '19500102',
        '076Y',
        'Klinikum',
        'Arzt',
        'Kraft',
        'MRT1',
        'A4711',
        'S4711',
        'R4711',
        '20260102',
        '101112',
      ],
      '1.2.3.4',
    ]) {
      expect(text).not.toContain(secret);
    }
    const file = parse(bytes);
    expect(file.string('x00120062')).toBe('YES');
    expect(file.string('x00280303')).toBe('REMOVED');
    const codes = file.elements.x00120064.items?.map(({ dataSet }) => dataSet?.string('x00080100'));
    expect(codes).toEqual(['113100', '113105']);
    expect(file.string('x00081030')).toBe('MRT Kopf');
    expect(file.string('x0008103e')).toBe('ep2d diff b1000');
    expect(file.string('x00100020')).toMatch(/^[A-Z2-9]{16}$/);
    expect(file.string('x00080016')).toBe(mr);
    const pixels = file.elements.x7fe00010;
    expect([...bytes.subarray(pixels.dataOffset, pixels.dataOffset + 8)]).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
  });

  it('keeps a patient’s studies, and what refers to one another, together', () => {
    const [one, other, stranger] = [
      image(),
      image({ SOPInstanceUID: '1.2.3.4.6', StudyInstanceUID: '1.2.3.9' }),
      image({ PatientID: 'T-9' }),
    ].map((bytes) => parse(made(bytes)));
    expect(one.string('x00100020')).toBe(other.string('x00100020'));
    expect(one.string('x00100020')).not.toBe(stranger.string('x00100020'));
    expect(one.string('x0020000d')).not.toBe(other.string('x0020000d'));
    const referred = one.elements.x00081140.items?.[0].dataSet;
    expect(referred?.string('x00081155')).toBe(other.string('x00080018'));
    expect(referred?.string('x00081150')).toBe(mr);
    expect(one.string('x00020003')).toBe(one.string('x00080018'));
  });

  it('shifts all dates of a patient by the same days where that is wanted', () => {
    const file = parse(made(image(), 'shift'));
    const day = (text: string | undefined) =>
      Date.parse(`${text?.slice(0, 4)}-${text?.slice(4, 6)}-${text?.slice(6, 8)}`) / 86_400_000;
    const moved = ['x00080020', 'x00080021', 'x00080023', 'x0008002a'].map(
      (tag) => day(file.string(tag)) - day('20260102'),
    );
    expect(new Set(moved).size).toBe(1);
    expect(moved[0]).toBeLessThan(0);
    expect(moved[0]).toBeGreaterThan(-3652);
    expect(file.string('x00080030')).toBe('101112');
    expect(file.string('x00100030') ?? '').toBe('');
    expect(file.string('x00280303')).toBe('MODIFIED');
  });

  it('refuses what shows the patient’s name in its pixels, or may', () => {
    const refusal = (more: Record<string, unknown>) =>
      deidentify(image(more), { pseudonyms, dates: 'remove' });
    expect(refusal({ BurnedInAnnotation: 'YES' })).toBe('burned-in');
    expect(refusal({ ImageType: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'] })).toBe('burned-in');
    expect(refusal({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.7' })).toBe('no-mr-image');
    expect(refusal({ ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'MOSAIC'] })).toBe('mosaic');
    expect(deidentify(new Uint8Array(10), { pseudonyms, dates: 'remove' })).toBe('unreadable');
  });

  it('refuses what claims lengths that cannot be, or that its form cannot hold, and never crashes over it', () => {
    const scan = madeDicom({ series: '1.2.3.5', bValue: 1000 });
    const long = (bytes: number) =>
      madeDicom({ series: '1.2.3.5', further: [[0x0028, 0x1055, 'LO', new Uint8Array(bytes).fill(65)]] });
    const outcomes = [scan, image(), asImplicit(scan)]
      .flatMap(withImpossibleLengths)
      .map((bytes) => deidentify(bytes, { pseudonyms, dates: 'shift' }));
    expect(outcomes.length).toBeGreaterThan(400);
    expect(outcomes).toContain('unreadable');
    // What is made all the same can be read: a length may also have swallowed elements that nobody misses.
    for (const outcome of outcomes) if (typeof outcome !== 'string') parse(outcome);
    expect(parse(made(long(65_533))).elements.x00281055.length).toBe(65_534);
    expect(deidentify(long(65_535), { pseudonyms, dates: 'remove' })).toBe('unreadable');
  });

  it.skipIf(withoutPhilips)(
    'leaves of a real examination what it takes to see which image is what, and where',
    async () => {
      const files = fewDirections(await philipsSeries());
      const clean = files.map((bytes) => made(bytes));
      const before = parse(files[40]);
      for (const tag of [
        'x00100010',
        'x00100020',
        'x0020000d',
        'x0020000e',
        'x00080018',
        'x00080020',
        'x00080080',
      ]) {
        const secret = before.string(tag)?.trim() ?? '';
        if (secret.length > 3) expect([tag, latin1(clean[40]).includes(secret)]).toEqual([tag, false]);
      }
      const groups = Object.keys(parse(clean[40]).elements).map((tag) =>
        Number.parseInt(tag.slice(1, 5), 16),
      );
      expect(groups.filter((group) => group % 2 === 1)).toEqual([]);
      expect(clean.map((bytes) => bValueOf(parse(bytes)))).toEqual(
        files.map((bytes) => bValueOf(parse(bytes))),
      );
      const places = (some: readonly Uint8Array[]) =>
        some.flatMap(readSourceSlices).map(({ position, orientation, pixelSpacing }) => ({
          position,
          orientation,
          pixelSpacing,
        }));
      expect(places(clean)).toEqual(places(files));
      const [now, then] = [await imagesOf(clean, 'clean'), await imagesOf(files, 'before')];
      expect(now.map(({ role }) => role)).toEqual(then.map(({ role }) => role));
      for (const [at, { role, volume }] of now.entries()) {
        expect(volume.affine).toEqual(then[at].volume.affine);
        // Philips' own scale goes with its private attributes: the DWI is in other units, of which nothing depends.
        expect([role, spreadOfRatio(volume.data, then[at].volume.data)]).toEqual([
          role,
          expect.closeTo(0, 2),
        ]);
      }
    },
  );

  it('makes its key once, for its owner alone, and uses no key that others can read', async () => {
    const keyFile = join(folder, 'deidentify.key');
    const [one, other] = await Promise.all(
      ['one', 'other'].map(() => deidentifier({ keyFile, dates: 'remove' })),
    );
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const results = [];
    for (const make of [one, other]) {
      const path = join(folder, `file-${results.length}`);
      writeFileSync(path, image());
      const header = { path, sizeBytes: image().length };
      results.push(await make({ ...header, header: {} as never }));
      expect(latin1(readFileSync(path))).not.toContain('Muster');
    }
    const [first, second] = results.map((result) =>
      typeof result === 'number' ? null : result.header.studyUid,
    );
    expect(first).toMatch(/^2\.25\./);
    expect(second).toBe(first);
    writeFileSync(join(folder, 'open.key'), readFileSync(keyFile), { mode: 0o644 });
    await expect(deidentifier({ keyFile: join(folder, 'open.key'), dates: 'remove' })).rejects.toMatchObject({
      code: 'DEIDENTIFY_KEY_UNUSABLE',
    });
  });
});

describe('a service that de-identifies what it receives', () => {
  it('answers a sender of impossible lengths by DICOM’s reasons, file by file, and keeps what is sound', async () => {
    const service = new AtollProcess({ ATOLL_DICOM_RECEIVE: 'on', ATOLL_DEIDENTIFY: 'yes' });
    await service.start();
    try {
      const scan = madeDicom({ series: '1.2.3.5', bValue: 1000 });
      const odd = [scan, asImplicit(scan)]
        .flatMap(withImpossibleLengths)
        .filter((bytes) => typeof deidentify(bytes, { pseudonyms, dates: 'remove' }) === 'string');
      const refused = await store(service.root, odd);
      expect(refused.status).toBe(409);
      const reasons = refused.failures.map((item) => item['00081197'].Value[0]);
      expect(reasons).toHaveLength(odd.length);
      expect(new Set(reasons)).toEqual(new Set([0xc000]));
      const mixed = await store(service.root, [odd[0], scan, odd[1]]);
      expect([mixed.status, mixed.failures.length, mixed.kept]).toEqual([202, 2, 1]);
    } finally {
      await service.end();
    }
  });
});

const Reasons = z.object({
  Value: z.array(z.object({ '00081197': z.object({ Value: z.array(z.number()) }) })),
});
const Stored = z.object({
  '00081198': Reasons.default({ Value: [] }),
  '0008119A': Reasons.default({ Value: [] }),
  '00081199': z.object({ Value: z.array(z.unknown()) }).default({ Value: [] }),
});

/** Stores instances at a service, as an archive does (STOW-RS). */
async function store(root: string, instances: readonly Uint8Array[]) {
  const answer = await fetch(`${root}/dicom-web/studies`, {
    method: 'POST',
    headers: { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' },
    body: Buffer.concat([
      ...instances.flatMap((bytes) => [
        Buffer.from('\r\n--b\r\nContent-Type: application/dicom\r\n\r\n'),
        bytes,
      ]),
      Buffer.from('\r\n--b--\r\n'),
    ]),
  });
  const said = Stored.parse(await answer.json());
  return {
    status: answer.status,
    failures: [...said['00081198'].Value, ...said['0008119A'].Value],
    kept: said['00081199'].Value.length,
  };
}

/** The images that a case is made of, as hashes. */
async function imagesOf(files: readonly Uint8Array[], name: string) {
  const at = mkdtempSync(join(folder, `${name}-`));
  const received = files.map((bytes, n) => {
    const path = join(at, `${n}`);
    writeFileSync(path, bytes);
    return { path, sizeBytes: bytes.length, role: null, name: `${n}` };
  });
  const out = mkdtempSync(join(folder, `${name}-out-`));
  const { images } = await recognise({ files: received }, out, { maxFiles: 1000 });
  return Promise.all(
    [...images].map(async ([role, path]) => ({ role, volume: await readNifti(readFileSync(path)) })),
  );
}

/** How far the ratio of bright voxels varies, as a share of it. */
function spreadOfRatio(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const ratios: number[] = [];
  const least = 0.1 * Array.from(other).reduce((most, value) => Math.max(most, value), 0);
  for (let at = 0; at < one.length; at++) if (other[at] > least) ratios.push(one[at] / other[at]);
  ratios.sort((a, b) => a - b);
  const [low, middle, high] = [0.02, 0.5, 0.98].map((share) => ratios[Math.floor(share * ratios.length)]);
  return (high - low) / middle;
}
