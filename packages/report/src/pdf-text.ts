/**
 * Text in the letters that the PDF's own fonts have (Windows-1252): what has another form there takes it, accents that
 * are not there go, and what is left over becomes a question mark. Superscript digits stay: see `pdfRuns`.
 */
export function pdfText(text: string): { readonly text: string; readonly isWhole: boolean } {
  let isWhole = true;
  let written = '';
  // Letters with their accents as one, so that those that the fonts have stay whole.
  for (const character of text.normalize('NFC')) {
    const own = ownForm(character);
    if (own === null) isWhole = false;
    written += own ?? '?';
  }
  return { text: written, isWhole };
}

/** A piece of a line: as it is, or small and raised. */
export type PdfRun = { readonly text: string; readonly isRaised: boolean };

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The same text in runs, each in letters of the fonts: these have no ⁻ and no ⁴ to ⁹, which are drawn raised. */
export function pdfRuns(text: string): PdfRun[] {
  const runs: { text: string; isRaised: boolean }[] = [];
  for (const character of text) {
    const isRaised = isSuperscript(character);
    const plain = !isRaised ? character : character === '⁻' ? '-' : String(superscripts.indexOf(character));
    const last = runs.at(-1);
    if (last?.isRaised === isRaised) last.text += plain;
    else runs.push({ text: plain, isRaised });
  }
  return runs;
}

function isSuperscript(character: string): boolean {
  return character === '⁻' || superscripts.includes(character);
}

function ownForm(character: string): string | null {
  if (/\s/u.test(character)) return ' ';
  if (isSuperscript(character)) return character;
  if (isWindows1252(character)) return character;
  const known = replacements[character];
  if (known !== undefined) return known;
  const base = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return base !== '' && base !== character && [...base].every(isWindows1252) ? base : null;
}

const beyondLatin1 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

function isWindows1252(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa1 && code <= 0xff) || beyondLatin1.includes(character);
}

const replacements: Readonly<Record<string, string>> = {
  '−': '-',
  '≥': '>=',
  '≤': '<=',
  '→': '->',
  '≈': '~',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
};
