import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { adcHead, headGrid, lesionMask, nifti4d, signalHead } from '../test/head.ts';
import { broughtBytes } from './brought.ts';
import { gather } from './gather.ts';
import { propose } from './propose.ts';

type Files = Readonly<Record<string, Uint8Array | string>>;

const nii = (volume: Volume) => writeNifti(volume, 'float32');

async function proposalFor(files: Files, answers = {}) {
  const brought = Object.entries(files).map(([path, content]) =>
    broughtBytes(path, typeof content === 'string' ? new TextEncoder().encode(content) : content),
  );
  const { candidates } = await gather(brought);
  const proposal = propose(candidates, answers);
  const name = (id: string | undefined) => candidates.find((each) => each.id === id)?.name ?? null;
  const { choice } = proposal;
  return {
    ...proposal,
    candidates,
    dwi: name(choice?.dwi.candidateId),
    adc: choice !== null && 'candidateId' in choice.adc ? name(choice.adc.candidateId) : null,
    b0: choice !== null && 'computedFrom' in choice.adc ? name(choice.adc.computedFrom.b0.candidateId) : null,
    flair: name(choice?.flair?.candidateId),
    reference: name(choice?.reference?.candidateId),
    codes: proposal.problems.map(({ code }) => code),
  };
}

const dwi = nii(signalHead(1000));
const b0 = nii(signalHead(0));
const adc = nii(adcHead(1e6));

describe('which image is which', () => {
  it('is told by BIDS names', async () => {
    const found = await proposalFor({
      'sub-1/ses-1/dwi/sub-1_ses-1_adc.nii.gz': adc,
      'sub-1/ses-1/dwi/sub-1_ses-1_dwi.nii.gz': dwi,
      'sub-1/ses-1/anat/sub-1_ses-1_FLAIR.nii.gz': b0,
      'derivatives/sub-1/ses-1/sub-1_ses-1_msk.nii.gz': nii(lesionMask()),
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
    expect(pair).toMatchObject({ dwi: 'a', b0: 'b', needs: ['b-value'] });
    const all = await proposalFor({ 'a.nii': dwi, 'b.nii': b0, 'c.nii': adc });
    expect(all).toMatchObject({ dwi: 'a', adc: 'c' });
  });

  it('takes the highest usable b of a series, and a b of exactly 0 before those near it', async () => {
    const found = await proposalFor({
      'dti.nii': nifti4d([0, 700, 1000, 1000, 1000, 0.001].map((b) => signalHead(b))),
      'dti.bval': '0 700 1000 1000 1000 0.001\n',
    });
    expect(found.choice).toEqual({
      dwi: { candidateId: 'i1', volumes: [2, 3, 4] },
      adc: { computedFrom: { b0: { candidateId: 'i1', volumes: [0] }, bValue: 1000 } },
      flair: null,
      reference: null,
    });
  });
});

describe('b-values', () => {
  it.each(['0 1', '0 1000000', '0 100'])('of %s are refused in words', async (bval) => {
    const found = await proposalFor({ 'x.nii': nifti4d([signalHead(0), signalHead(1000)]), 'x.bval': bval });
    expect(found.codes).toContain('B_VALUE_IMPLAUSIBLE');
    expect(found.choice === null || found.needs.length > 0).toBe(true);
  });
});

it('uses the grid of a head', () => expect(headGrid.shape).toEqual([40, 50, 30]));
