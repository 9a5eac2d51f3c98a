import { writeNifti } from '@atoll/volume/nifti-write';
import type { Volume } from '@atoll/volume/volume';
import { describe, expect, it } from 'vitest';
import { bring, type Files } from '../test/bring.ts';
import { adcHead, nifti4d, signalHead } from '../test/head.ts';
import { gather } from './gather.ts';
import type { Role } from './proposal.ts';
import { propose } from './propose.ts';
import { resolve } from './resolve.ts';
import type { SaidPart } from './said.ts';

const nii = (volume: Volume) => writeNifti(volume, 'float32');
const [dwi, b0, adc] = [nii(signalHead(1000)), nii(signalHead(0)), nii(adcHead(1e6))];

/** What these files and these words come to, images by their names. */
async function resolved(
  files: Files,
  { bValue, ...words }: Partial<Record<Role, string>> & { bValue?: number } = {},
) {
  const { candidates } = await gather(bring(files));
  const part = (word: string): SaidPart => {
    if (word === 'none' || word === 'computed') return word;
    const found = candidates.find(({ name }) => name === word);
    if (found === undefined) throw new Error(`There is no image ${word}.`);
    return { candidateId: found.id, volumes: null };
  };
  const roles = (['dwi', 'b0', 'adc', 'flair', 'reference'] as const).filter(
    (role) => words[role] !== undefined,
  );
  const parts = new Map(roles.map((role) => [role, part(words[role] ?? '')] as const));
  const { choice, missing, asksBValue } = resolve(candidates, propose(candidates), { parts, bValue });
  const name = (id: string | undefined) => candidates.find((each) => each.id === id)?.name;
  const computed = choice !== null && 'computedFrom' in choice.adc ? choice.adc.computedFrom : null;
  return {
    dwi: name(choice?.dwi.candidateId),
    volumes: choice?.dwi.volumes,
    adc: choice !== null && 'candidateId' in choice.adc ? name(choice.adc.candidateId) : undefined,
    b0: name(computed?.b0.candidateId),
    b: computed?.bValue,
    missing,
    asksBValue,
  };
}

describe('what was proposed and what was said, as one choice', () => {
  it('asks for no b-value that the names tell', async () => {
    const found = await resolved({ 'dwi_b1000.nii': dwi, 'dwi_b0.nii': b0 });
    expect(found).toMatchObject({ dwi: 'dwi_b1000', b0: 'dwi_b0', b: 1000, missing: [], asksBValue: false });
  });

  it('takes the b-value of the b0 from the one that is said, whether or not the images are said too', async () => {
    const files = {
      'dti.nii': nifti4d([signalHead(20), signalHead(1000)]),
      'dti.bval': '20 990',
    };
    expect(await resolved(files)).toMatchObject({ b: 970 });
    expect(await resolved(files, { bValue: 1000 })).toMatchObject({ b: 980 });
    expect(await resolved(files, { bValue: 1000, dwi: 'dti', b0: 'dti' })).toMatchObject({ b: 980 });
  });

  it('asks for the b-value where no file tells it, and goes on asking once it was said', async () => {
    const files = { 'dwi.nii': dwi, 'b0.nii': b0 };
    expect(await resolved(files)).toMatchObject({
      missing: ['Enter the b-value of the DWI.'],
      asksBValue: true,
    });
    expect(await resolved(files, { bValue: 900 })).toMatchObject({ b: 900, missing: [], asksBValue: true });
    const refused = await resolved(files, { bValue: 9 });
    expect([refused.dwi, refused.missing.join()]).toEqual([
      undefined,
      expect.stringContaining('b-value of 9 s/mm²'),
    ]);
  });

  it('means an ADC to be computed where a b0 is said, or where the ADC is taken away', async () => {
    const files = { 'dwi_b1000.nii': dwi, 'dwi_b0.nii': b0, 'adc.nii': adc };
    expect(await resolved(files)).toMatchObject({ adc: 'adc', b0: undefined });
    expect(await resolved(files, { b0: 'dwi_b0' })).toMatchObject({ adc: undefined, b0: 'dwi_b0' });
    expect(await resolved(files, { adc: 'computed' })).toMatchObject({ b0: 'dwi_b0', b: 1000 });
    expect(await resolved(files, { adc: 'none' })).toMatchObject({
      dwi: undefined,
      missing: [expect.stringContaining('Select the ADC map')],
    });
  });

  it('takes the volumes that b-values speak for where only the image is said', async () => {
    const files = {
      'dti.nii': nifti4d([0, 1000, 1000, 1005, 500].map((b) => signalHead(b))),
      'dti.bval': '0 1000 1000 1005 500',
      'adc.nii': adc,
    };
    expect(await resolved(files, { dwi: 'dti', adc: 'adc' })).toMatchObject({
      volumes: [1, 2, 3],
      adc: 'adc',
    });
  });

  it('does not guess which volume of an ADC map is meant', async () => {
    const files = { 'dwi.nii': dwi, 'maps.nii': nifti4d([adcHead(1e6), adcHead(1e6)]) };
    expect((await resolved(files, { dwi: 'dwi', adc: 'maps' })).missing.join()).toContain(
      'ADC: The image has 2 volumes',
    );
  });
});
