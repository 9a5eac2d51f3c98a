/** What one reader did in a cohort. */
type RaterCount = {
  readonly rater: string;
  readonly accepted: number;
  readonly corrected: number;
  readonly rejected: number;
};

/** A case of which two have a mask, in the order of the pair. */
export type PairedCase = {
  readonly id: string;
  readonly volumesMl: readonly [number, number];
  /** 1 where both are empty. */
  readonly dice: number;
};

/** Two readers, or a reader and the engine. */
export type RaterPair = {
  readonly names: readonly [string, string];
  readonly cases: readonly PairedCase[];
  /** Of the cases on which both gave a verdict; null with the engine, which gives none. */
  readonly verdicts: { readonly same: number; readonly all: number } | null;
};

/** What readers of a cohort agree on. */
export type CohortAgreement = {
  readonly raters: readonly RaterCount[];
  readonly pairs: readonly RaterPair[];
};

/** Of numbers in any order; linear between the two nearest. null for none. @param share 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Bland and Altman 1986: the mean of the differences, and where 95 % of them are expected to lie. In mL. */
export type Limits = {
  readonly meanMl: number;
  /** null for fewer than three cases. */
  readonly lowerMl: number | null;
  readonly upperMl: number | null;
};

/** Of the differences first − second; null for no case. */
export function limitsOfAgreement(cases: readonly Pick<PairedCase, 'volumesMl'>[]): Limits | null {
  if (cases.length === 0) return null;
  const differences = cases.map(({ volumesMl: [first, second] }) => first - second);
  const meanMl = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  if (differences.length < 3) return { meanMl, lowerMl: null, upperMl: null };
  const squares = differences.reduce((sum, each) => sum + (each - meanMl) ** 2, 0);
  const spread = 1.96 * Math.sqrt(squares / (differences.length - 1));
  return { meanMl, lowerMl: meanMl - spread, upperMl: meanMl + spread };
}
