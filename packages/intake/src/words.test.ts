import { describe, expect, it } from 'vitest';
import { isCalledTrace, namedBValue, plainWords, whatItIsCalled } from './words.ts';

const called = (text: string, masks = true) => whatItIsCalled(plainWords([text]), masks)?.called ?? null;

describe('words', () => {
  it.each([
    ['adc', ['ADC', 'dADC', 'sADC', 'ep2d_diff_3scan_trace_p2_ADC', 'Average DC', 'ADC_map', 'adcmap']],
    ['adc', ['Apparent Diffusion Coefficient (mm2/s)', 'DWI_ADC', 'MD', 'Isotropic ADC']],
    ['exponential-adc', ['eADC', 'Exponential Apparent Diffusion Coefficient', 'exp ADC', 'ExpADC', 'e_adc']],
    ['flair', ['FLAIR', 't2_tirm_tra_dark-fluid', 'T2 FLAIR', 'Ax FLAIR fs', 'flair_tra']],
    [
      'diffusion',
      ['ep2d_diff_TRACEW', 'DWI', 'Ax DWI b1000', 'isotropic', 'ep_b1000t', 'DTI_64', 'RESOLVE_4scan'],
    ],
    ['diffusion', ['sDWI', 'isoDWI', 'rDWI', 'diffusion', 'ep2d_diff_b1000']],
    ['b0', ['b0', 'ep_b0', 'DWI_b0', 'S0', 'lowb']],
    [
      'other',
      [
        't1_mprage',
        'SWI',
        'ep2d_perf',
        'TOF 3D',
        'localizer',
        't2_tse',
        'fcMRI Field Mapping',
        'gre_fieldmap',
      ],
    ],
    ['map', ['DTI FA', 'colFA', 'ep2d_diff_FA', 'fractional anisotropy']],
    ['mask', ['sub-1_msk', 'lesion mask', 'infarct_seg', 'labels']],
    [null, ['', 'AX', 'unnamed series', 'headache', 'badcat', 'flaire-up'.slice(0, 3)]],
  ] as const)('%s are known: %j', (kind, texts) => {
    for (const text of texts) expect([text, called(text)]).toEqual([text, kind]);
  });

  it('of a scanner are never those of a mask', () => {
    expect(called('ep_seg_DWI', false)).toBe('diffusion');
  });

  it('name a b-value when they name one', () => {
    const b = (text: string) => namedBValue(plainWords([text]));
    expect(['ep_b1000t', 'DWI b=1000', 'b_0', 'dwi_b0_b1000', 'DWI', 'lab 1000'].map(b)).toEqual([
      1000,
      1000,
      0,
      null,
      null,
      null,
    ]);
  });

  it('say whether directions were combined', () => {
    const trace = (text: string) => isCalledTrace(plainWords([text]));
    expect(['TRACEW', 'ep_b1000t', 'isotropic', 'isoDWI'].map(trace)).toEqual([true, true, true, true]);
    expect(['ep2d_diff_MDDW_64', 'tracer'].map(trace)).toEqual([false, false]);
  });
});
