/**
 * Text in the letters that the PDF's own fonts have (Windows-1252): what has another form there takes it, accents that
 * are not there go, and what is left over becomes a question mark.
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

function ownForm(character: string): string | null {
  if (/\s/u.test(character)) return ' ';
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
  '⁻': '^-',
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
