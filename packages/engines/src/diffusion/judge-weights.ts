import type { EvidenceName } from './judge.ts';

/** Placeholder until fitted. */
export const judgeWeights: {
  readonly bias: number;
  readonly weights: Partial<Record<EvidenceName, number>>;
} = {
  bias: -0.703,
  weights: { lnMlSmall: -0.511, z50: 0.99, asymmetry90: 0.943, adc10: -0.093, adc50: -0.979, depth90: 1.54 },
};
