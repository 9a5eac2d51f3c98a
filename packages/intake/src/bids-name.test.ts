import { describe, expect, it } from 'vitest';
import { inheritedSideCar, parseBidsName } from './bids-name.ts';

describe('a name of BIDS', () => {
  it('is taken apart into entities, suffix and extension', () => {
    const name = parseBidsName('sub-01_ses-b_acq-ADC_run-2_dwi.nii.gz');
    expect(name).toMatchObject({ suffix: 'dwi', extension: '.nii.gz' });
    expect([...(name?.entities ?? [])]).toEqual([
      ['sub', '01'],
      ['ses', 'b'],
      ['acq', 'ADC'],
      ['run', '2'],
    ]);
    expect(parseBidsName('sub-s1_ses-02_lesion-msk.nii.gz')?.suffix).toBe('lesion-msk');
  });

  it.each([
    'dwi.nii.gz',
    'sub-01_dwi',
    'sub-01_sub-02_dwi.nii',
    'sub-jane_doe_dwi.nii',
    'sub-01_ses-02.nii',
    'run-1_dwi.nii',
    'sub-01_dwi.nii/..',
  ])('is none: %s', (name) => {
    expect(parseBidsName(name)).toBeNull();
  });
});

describe('a sidecar by inheritance', () => {
  const image = 'raw/sub-1/ses-a/dwi/sub-1_ses-a_acq-x_dwi.nii.gz';
  const found = (...paths: string[]) => inheritedSideCar(image, paths, 'bval');

  it('is the nearest, and of those in one folder the one that says most', () => {
    const [top, subject] = ['raw/dwi.bval', 'raw/sub-1/sub-1_dwi.bval'];
    expect(found(top)).toBe(top);
    expect(found(top, subject)).toBe(subject);
    expect(found(subject, top, 'raw/sub-1/acq-x_dwi.bval', 'raw/sub-1/sub-1_acq-x_dwi.bval')).toBe(
      'raw/sub-1/sub-1_acq-x_dwi.bval',
    );
  });

  it('has no entity that the image lacks, its suffix, and lies on its way up', () => {
    for (const path of [
      'raw/sub-1/sub-2_dwi.bval',
      'raw/sub-1/run-1_dwi.bval',
      'raw/sub-1/epi.bval',
      'raw/sub-2/dwi.bval',
      'raw/sub-1/ses-a/dwi/deeper/dwi.bval',
      'raw/dwi.bvec',
      'raw/dwi',
    ])
      expect(found(path)).toBeNull();
  });
});
