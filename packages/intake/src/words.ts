/** What the words around an image (series description, image type, file name) call it. */
export type Called = 'adc' | 'exponential-adc' | 'flair' | 'mask' | 'diffusion' | 'b0' | 'other';

/**
 * Vendors' words, in the order in which they decide: an exponential ADC is called ADC too, and an ADC map is made
 * of a diffusion series and named after it. Words stand in lower case between single spaces.
 */
const vocabulary: readonly (readonly [Called, RegExp])[] = [
  ['mask', /\b(msk|mask|lesion|roi|seg|label)s?\b/],
  ['exponential-adc', /\b(e ?adc|exp(onential)? (adc|apparent)|expadc|exponential|exp coef)\b/],
  [
    'other',
    /\b(fa|colfa|fractional|tensor|rgb|color|colour|swi|swan|tof|perf|pwi|dsc|asl|cbf|cbv|mtt|tmax|ttp|localizer|localiser|scout|survey|mprage|t1w?|mpr|phase|sbref|fieldmap|noise|gre|relcbf)\b/,
  ],
  ['flair', /\b(flair\w*|t2 ?flair|dark ?fl(uid)?|tirm)\b/],
  [
    'adc',
    /\b([ds]?adc ?(map|mapping)?s?|average dc|avg dc|apparent diffusion( coeff(icient)?)?|md|mean diffusivity)\b/,
  ],
  ['b0', /\b(b ?0+|s0|lowb|nodif|b0map)\b/],
  [
    'diffusion',
    /\b(trace ?w?|tracew|iso(tropic)?|isodwi|s?dwi\w*|diff(usion)?|dti|dw|ep2d|ep b\d+t?|resolve|b ?\d{3,4}t?|zoomit|rdwi|epi b)\b/,
  ],
  ['other', /\b(t2w?|pd|blade|tse|fse|dixon)\b/],
];

/** Words that say that directions were combined already. */
const traceWords =
  /\b(trace ?w?|tracew|iso(tropic)?|isodwi|combined|comb|geo ?mean|ave(rage)? dwi|b\d{3,4}t)\b/;

/** Lower case, words between single spaces; an underscore or a change from small to capital parts words. */
export function plainWords(texts: readonly (string | null)[]): string {
  return texts
    .filter((text) => text !== null)
    .join(' ')
    .replace(/([a-z])(?=[A-Z]{2})/g, '$1 ')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, ' ')
    .trim();
}

/**
 * The first kind whose words occur, with the words that decided; null when none do.
 * @param masks false where nothing can be a mask: a scanner's "seg" is a segmented readout.
 */
export function whatItIsCalled(
  words: string,
  masks = true,
): { readonly called: Called; readonly word: string } | null {
  for (const [called, pattern] of vocabulary) {
    if (called === 'mask' && !masks) continue;
    const found = pattern.exec(words);
    if (found !== null) return { called, word: found[0] };
  }
  return null;
}

export function isCalledTrace(words: string): boolean {
  return traceWords.test(words);
}

/** The b-value that the words name (`b1000`, `b = 0`), s/mm²; null when they name none or several. */
export function namedBValue(words: string): number | null {
  const named = [...words.matchAll(/\bb ?(?:value ?)?(\d{1,5})t?\b/g)].map(([, digits]) => Number(digits));
  return new Set(named).size === 1 ? named[0] : null;
}

/** The last part of a BIDS name: `sub-01_ses-1_dwi.nii.gz` → `dwi`; null where the name is not of that form. */
export function bidsSuffix(path: string): string | null {
  const base = path.split('/').at(-1) ?? '';
  const found = /^sub-[a-zA-Z0-9]+_(?:[a-zA-Z]+-[a-zA-Z0-9+]+_)*([a-zA-Z0-9]+)\.[a-z.]+$/.exec(base);
  return found?.[1] ?? null;
}
