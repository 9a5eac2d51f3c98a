import type { DicomSeries } from '@atoll/dicom/triage';
import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { proposalFor } from '../test/bring.ts';
import { adcHead, drawnElsewhere, headGrid, lesionMask, nifti4d, oblique, signalHead } from '../test/head.ts';
import type { Candidate } from './candidate.ts';
import { propose } from './propose.ts';

const nii = (volume: Volume) => writeNifti(volume, 'float32');
const dwi = nii(signalHead(1000));
const b0 = nii(signalHead(0));
const adc = nii(adcHead(1e6));

describe('which image is which', () => {
  it('is told by BIDS names', async () => {
    const found = await proposalFor({
      'sub-1/ses-1/dwi/sub-1_ses-1_adc.nii.gz': adc,
      'sub-1/ses-1/dwi/sub-1_ses-1_dwi.nii.gz': dwi,
      'sub-1/ses-1/anat/sub-1_ses-1_FLAIR.nii.gz': b0,
      'derivatives/sub-1/ses-1/sub-1_ses-1_msk.nii.gz': drawnElsewhere(nii(lesionMask())),
    });
    expect(found).toMatchObject({
      dwi: 'sub-1/ses-1/dwi/sub-1_ses-1_dwi',
      adc: 'sub-1/ses-1/dwi/sub-1_ses-1_adc',
      flair: 'sub-1/ses-1/anat/sub-1_ses-1_FLAIR',
      reference: 'derivatives/sub-1/ses-1/sub-1_ses-1_msk',
      problems: [],
    });
    expect(found.findings.find(({ role }) => role === 'adc')?.reason).toContain('10⁻⁶ mm²/s');
  });

  it('is told without any names, by brightness and units', async () => {
    for (const factor of [1, 1e3, 1e6]) {
      const found = await proposalFor({ 'a.nii': nii(adcHead(factor)), 'b.nii': dwi });
      expect(found).toMatchObject({ dwi: 'b', adc: 'a', codes: ['UNCERTAIN'] });
    }
    const pair = await proposalFor({ 'a.nii': dwi, 'b.nii': b0 });
    expect(pair).toMatchObject({ dwi: 'a', b0: 'b', bValue: null, asksBValue: true });
    const all = await proposalFor({ 'a.nii': dwi, 'b.nii': b0, 'c.nii': adc });
    expect(all).toMatchObject({ dwi: 'a', adc: 'c' });
  });

  it.each([
    ['Siemens', 'ep2d_diff_3scan_trace_p2_TRACEW', 'ep2d_diff_3scan_trace_p2_ADC'],
    ['Philips', 'sDWI_b1000', 'dADC'],
    ['GE', 'Ax DWI b1000 isotropic', 'Average DC'],
    ['GE, in full', 'DWI 1000b', 'Apparent Diffusion Coefficient (mm2/s)'],
    ['a sorted folder', 'patient_dwi', 'patient_ADC_map'],
  ])('is told by the words of %s, and an exponential ADC is none', async (_, dwiWords, adcWords) => {
    const json = (SeriesDescription: string) => JSON.stringify({ SeriesDescription });
    const found = await proposalFor({
      '1.nii': dwi,
      '1.json': json(dwiWords),
      '2.nii': adc,
      '2.json': json(adcWords),
      '3.nii': adc,
      '3.json': json('eADC'),
      '4.nii': adc,
      '4.json': json('Exponential Apparent Diffusion Coefficient'),
      '5.nii': b0,
      '5.json': json('t2_tirm_tra_dark-fluid'),
      '6.nii': b0,
      '6.json': json('t1_mprage_sag'),
    });
    expect(found).toMatchObject({ dwi: '1', adc: '2', flair: '5' });
    expect(found.unused.map(({ candidateId }) => candidateId)).toEqual(['i3', 'i4', 'i6']);
  });

  it('takes the highest usable b of a series, and a b of exactly 0 before those near it', async () => {
    const found = await proposalFor({
      'dti.nii': nifti4d([0, 700, 1000, 1000, 1000, 0.001, 7000].map((b) => signalHead(b))),
      'dti.bval': '0 700 1000 1000 1000 0.001 7000\n',
    });
    expect(found.choice).toEqual({
      dwi: { candidateId: 'i1', volumes: [2, 3, 4] },
      adc: { computedFrom: { b0: { candidateId: 'i1', volumes: [0] }, bValue: 1000 } },
      flair: null,
      reference: null,
    });
  });

  it('prefers a trace image to the directions, and a measured b to a synthetic one', async () => {
    const found = await proposalFor({
      'directions.nii': nifti4d([0, 1000, 1000, 1000].map((b) => signalHead(b))),
      'directions.bval': '0 1000 1000 1000',
      'ep2d_TRACEW.nii': nifti4d([0, 1000].map((b) => signalHead(b))),
      'ep2d_TRACEW.bval': '0 1000',
      'calc_b2000_trace.nii': nii(signalHead(2000)),
    });
    expect(found).toMatchObject({ dwi: 'ep2d_TRACEW', b0: 'ep2d_TRACEW', bValue: 1000 });
    expect(found.choice?.dwi.volumes).toEqual([1]);
  });

  it('tells the volumes of a series without b-values by their CSF', async () => {
    const series = nifti4d([signalHead(1000), signalHead(0), signalHead(1000, headGrid, 0)]);
    const found = await proposalFor({ 'dwi.nii': series }, { bValue: 900 });
    expect(found.choice?.dwi.volumes).toEqual([0, 2]);
    expect(found.choice?.adc).toEqual({
      computedFrom: { b0: { candidateId: 'i1', volumes: [1] }, bValue: 900 },
    });
    expect(found.codes).toContain('UNCERTAIN');
  });
});

describe('b-values', () => {
  it.each(['0 1', '0 1000000', '0 100'])('of %s are not relied on', async (bval) => {
    const found = await proposalFor({ 'x.nii': nifti4d([signalHead(0), signalHead(1000)]), 'x.bval': bval });
    expect(found.codes).toContain('B_VALUE_IMPLAUSIBLE');
    expect(found).toMatchObject({ bValue: null, asksBValue: true });
  });

  it.each([1, 1e6, 100])('of %s said by the reader are refused in words', async (bValue) => {
    const found = await proposalFor({ 'dwi.nii': dwi, 'b0.nii': b0 }, { bValue });
    expect(found).toMatchObject({ choice: null, codes: ['B_VALUE_IMPLAUSIBLE'] });
  });

  it('of another number than there are volumes are not taken', async () => {
    const found = await proposalFor({ 'x.nii': nifti4d([b0Volume(), b0Volume()]), 'x.bval': '0 1000 1000' });
    expect(found.candidates[0].bValues).toBeNull();
  });
});

const anySeries: DicomSeries = {
  seriesInstanceUid: '1',
  studyInstanceUid: '1',
  seriesNumber: 1,
  seriesDescription: null,
  protocolName: null,
  modality: 'MR',
  imageTypes: [],
  files: 1,
  bValues: [],
  pixelBytes: 1,
};

const b0Volume = () => signalHead(0);

describe('an impossible combination', () => {
  it('says what is missing', async () => {
    expect(await proposalFor({ 'b0.nii': b0 })).toMatchObject({ choice: null, codes: ['NO_DWI'] });
    expect(await proposalFor({ 'adc.nii': adc })).toMatchObject({ choice: null, codes: ['NO_DWI'] });
    const alone = await proposalFor({ 'dwi.nii': dwi });
    expect(alone).toMatchObject({ choice: null, codes: ['NO_ADC'] });
    expect(alone.problems[0].message).toContain('b0');
  });

  it('says that two images do not lie at the same place', async () => {
    const far = { ...headGrid, affine: oblique.map((row, at) => [row[0], row[1], row[2], at * 900 + 900]) };
    const [x, y, z] = far.affine;
    const affine = [
      [x[0], x[1], x[2], x[3]],
      [y[0], y[1], y[2], y[3]],
      [z[0], z[1], z[2], z[3]],
    ] as const;
    const elsewhere = nii({ ...adcHead(1e6), affine });
    const found = await proposalFor({ 'dwi.nii': dwi, 'adc.nii': elsewhere });
    expect(found.problems.map(({ code, blocking }) => [code, blocking])).toEqual([['GRIDS_APART', true]]);
  });

  it('does not mix examinations while one of them is whole, and says so where none is', async () => {
    const files = { 'b1000.nii': dwi, 'b0.nii': b0, 'adc.nii': adc };
    const { candidates } = await proposalFor(files);
    const ofStudy = (candidate: Candidate, studyInstanceUid: string): Candidate => ({
      ...candidate,
      dicom: { files: [], series: { ...anySeries, studyInstanceUid } },
    });
    const [first, second, third] = candidates;
    const computed = propose([ofStudy(first, '1'), ofStudy(second, '1'), ofStudy(third, '2')]);
    expect(computed).toMatchObject({ choice: { adc: { computedFrom: { bValue: 1000 } } }, problems: [] });
    const mixed = propose([ofStudy(first, '1'), ofStudy(third, '2')]);
    expect(mixed.problems.map(({ code, blocking }) => [code, blocking])).toEqual([['STUDIES_MIXED', true]]);
    const other = ofStudy({ ...third, id: 'i4' }, '1');
    const whole = propose([ofStudy(first, '1'), ofStudy(third, '2'), other]);
    expect(whole.choice?.adc).toEqual({ candidateId: 'i4', volumes: [0] });
    expect(whole.problems.every(({ blocking }) => !blocking)).toBe(true);
  });

  it('warns of several that fit, and of an ADC whose values are none', async () => {
    const two = await proposalFor({ 'a_dwi.nii': dwi, 'b_dwi.nii': dwi, 'adc.nii': adc });
    expect(two.codes).toEqual(['SEVERAL_FIT']);
    const odd = await proposalFor({ 'dwi.nii': dwi, 'adc.nii': nii(adcHead(3e7)) });
    expect(odd.findings.find(({ role }) => role === 'adc')).toMatchObject({ confidence: 'low' });
    const better = await proposalFor({ 'b1000.nii': dwi, 'b0.nii': b0, 'adc.nii': nii(adcHead(3e7)) });
    expect(better).toMatchObject({ adc: null, b0: 'b0', bValue: 1000, codes: ['UNCERTAIN'] });
  });
});
