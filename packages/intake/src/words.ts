/** What the words around an image (series description, image type, file name) call it. */
export type Called = 'adc' | 'exponential-adc' | 'flair' | 'mask' | 'diffusion' | 'b0' | 'map' | 'other';

/** One word or several, in letters and digits of any script: no letter or digit may stand before or behind. */
function words(...alternatives: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join('|')})(?![\\p{L}\\p{N}])`, 'u');
}

/** Chinese and Japanese are written without spaces: these are found wherever they stand. */
const adcCharacters = '(?:表观|表觀)(?:扩散|弥散|擴散|彌散)系[数數]|(?:見|み)かけの拡散係数|拡散係数';
const diffusionCharacters = '扩散|弥散|擴散|彌散|拡散';

/**
 * Vendors' words, in the order in which they decide: an exponential ADC is called ADC too, and an ADC map is made
 * of a diffusion series and named after it. Words stand in lower case, without accents, between single spaces; those of
 * Spanish, French, German, Portuguese, Italian, Turkish, Chinese and Japanese exports are among them.
 */
const vocabulary: readonly (readonly [Called, RegExp])[] = [
  ['mask', words('(?:msk|mask|lesion|infarct|infarkt|infarto|roi|seg|label)s?')],
  [
    'exponential-adc',
    words(
      'e ?adc',
      'exp(?:onential)? (?:adc|apparent)',
      'expadc',
      'exponential',
      'exponentiell\\p{L}*',
      'exp coef',
    ),
  ],
  [
    'map',
    words(
      'fa',
      'colfa',
      'fractional',
      'fraktionell\\p{L}*',
      'rgb',
      'colou?r',
      '(?:rel)?cb[fv]',
      'mtt',
      'tmax',
      'ttp',
    ),
  ],
  [
    'other',
    words(
      ...['tensor', 'swi', 'swan', 'tof', 'perf', 'pwi', 'dsc', 'asl', 'localizer', 'localiser', 'lokalizer'],
      ...['localizador', 'localizzatore', 'scout', 'survey', 'mprage', 't1w?', 'mpr', 'phase', 'sbref'],
      ...['field ?map(?:s|ping)?', 'fmri', 'fc ?mri', 'bold', 'noise', 'gre'],
    ),
  ],
  ['flair', words('flair\\p{L}*', 't2 ?flair', 'dark ?fl(?:uid)?', 'tirm')],
  [
    'adc',
    new RegExp(
      `${
        words(
          '[ds]?adc ?(?:map|mapping|karte|harita\\p{L}*|mapa|mappa|carte)?s?',
          ...['average dc', 'avg dc', 'apparent diffusion(?: coeff(?:icient)?)?', 'md', 'mean diffusivity'],
          ...['cda', 'adk', 'gdk', 'gadk', '(?:mapa|carte|mappa)(?: d[eio]?)? ?(?:l )?(?:adc|cda)'],
          ...['coeficiente de difus(?:ion|ao) aparente', 'coefficient de diffusion apparente?'],
          ...['coefficiente di diffusione apparente', '(?:scheinbarer|apparenter) diffusionskoeffizient'],
          ...['diffusionskoeffizient\\p{L}*', 'gorun(?:ur|en|uste) difuzyon katsayisi'],
        ).source
      }|${adcCharacters}`,
      'u',
    ),
  ],
  ['b0', words('b ?0+', 's0', 'lowb', 'nodif', 'b0map')],
  [
    'diffusion',
    new RegExp(
      `${
        words(
          ...['trace ?w?', 'tracew', 'isotropic', 'isotropo', 'isotrop', 'isodwi', 's?dwi\\p{L}*'],
          ...['diff(?:usion\\p{L}*)?', 'diffusione', 'difus(?:ion|ao)', 'difuzyon\\p{L}*'],
          ...['dti', 'dki', 'dw', 'ep2d(?: diff\\p{L}*)?', 'ep b\\d+t?', 'resolve', 'b ?\\d{3,4}t?'],
          ...['zoomit', 'rdwi', 'epi b'],
        ).source
      }|${diffusionCharacters}`,
      'u',
    ),
  ],
  ['other', words('t2w?', 'pd', 'blade', 'tse', 'fse', 'dixon')],
];

/** Words that say that directions were combined already. "iso" alone is the shape of voxels as often. */
const traceWords = words(
  ...['trace ?w?', 'tracew', 'isotropic', 'isotropo', 'isodwi', 'combined', 'comb', 'geo ?mean'],
  ...['ave(?:rage)? dwi', 'b\\d{3,4}t', '(?:dwi|diff|b\\d{3,4}) iso', 'iso (?:dwi|b\\d{3,4})'],
);

/** Lower case without accents, words between single spaces; an underscore or a change from small to capital parts words. */
export function plainWords(texts: readonly (string | null)[]): string {
  return (
    texts
      .filter((text) => text !== null)
      .join(' ')
      .replace(/([a-z])(?=[A-Z]{2})/g, '$1 ')
      .toLowerCase()
      .normalize('NFKD')
      // Accents of Latin letters; the marks of Japanese syllables are letters' own and stay.
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC')
      .replace(/ı/g, 'i')
      .replace(/ß/g, 'ss')
      .replace(/[^\p{L}\p{N}.]+/gu, ' ')
      .trim()
  );
}

/**
 * The first kind whose words occur, with the words that decided; null when none do.
 * @param masks false where nothing can be a mask: a scanner's "seg" is a segmented readout.
 */
export function whatItIsCalled(
  text: string,
  masks = true,
): { readonly called: Called; readonly word: string } | null {
  for (const [called, pattern] of vocabulary) {
    if (called === 'mask' && !masks) continue;
    const found = pattern.exec(text);
    if (found !== null) return { called, word: found[0] };
  }
  return null;
}

export function isCalledTrace(text: string): boolean {
  return traceWords.test(text);
}

/** Of a mask that is no lesion's: of the head's parts. */
export function isAnatomical(text: string): boolean {
  return anatomicalWords.test(text);
}

/** Of a mask that is of fresh lesions alone: those that diffusion shows. */
export function isNamedAcute(texts: Iterable<string>): boolean {
  return acuteWords.test(plainWords([...texts]));
}

const acuteWords = words(
  '(?:lesions? ?)?(?:sub ?)?acut[ea]?(?: ?(?:lesion|infarct|stroke)s?)?',
  'agud[oa]',
  'akute?',
  'aigue?s?',
);

const anatomicalWords = words(
  ...[
    'brain',
    'cerebro',
    'cerveau',
    'gehirn',
    'cervello',
    'beyin',
    'head',
    'skull',
    'bet',
    'gm',
    'wm',
    'csf',
  ],
  ...['tissue', 'parc', 'aparc', 'aseg', 'atlas', 'ventricles?', 'hemispheres?', 'cerebellum', 'eye', 'air'],
  ...[
    'gray',
    'grey',
    'white',
    'matter',
    'territor(?:y|ies)',
    'vessels?',
    'dseg',
    'probseg',
    'labels?',
    'hippocampus',
  ],
);

/** The b-value that the words name (`b1000`, `b = 0`), s/mm²; null when they name none or several. */
export function namedBValue(text: string): number | null {
  const named = [...text.matchAll(/\bs?b ?(?:value ?)?(\d{1,5})t?\b/g)].map(([, digits]) => Number(digits));
  return new Set(named).size === 1 ? named[0] : null;
}

/** What may be shown on a terminal or a page: line breaks and escape codes of a name are not. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, '�');
}
