/** What the converter says against its own work, for people. */
export type ConverterWarning = {
  /** `serious`: where, or what, the image shows may be wrong by it. */
  readonly severity: 'serious' | 'caution';
  readonly message: string;
};

/** Lines of one conversion that are kept, and how much of each. */
const maxLines = 200;
const maxLength = 160;

/** Different warnings of one conversion that are told. */
const maxTold = 6;

/**
 * dcm2niix's warnings that a radiologist can use, in words; null for those that say nothing of the image: on the timing
 * of slices, on sorting, which Atoll does itself, and on maps, which it tells by their headers.
 */
const known: readonly (readonly [RegExp, ConverterWarning['severity'], string | null])[] = [
  // Atoll goes by positions, and gives the converter one volume at a time.
  [/instance number .*(?:ranges|order)|assuming meaningful instance/i, 'caution', null],
  [/interslice distance varies/i, 'serious', 'The slices are not evenly spaced.'],
  [
    /missing images\?|images? may be missing|missing dicoms|slices? (?:are |is )?missing/i,
    'serious',
    'Slices of the series seem to be missing.',
  ],
  [
    /slices not stacked|orientation varies/i,
    'serious',
    'The slices of the series lie in several orientations, and not all of them are one image.',
  ],
  [
    /unable to determine (?:slice|spatial|orientation)|slices? (?:are |is |may be )?flipped/i,
    'serious',
    'How the slices lie could not be told for sure: check left and right, and top and bottom.',
  ],
  [/gantry tilt/i, 'serious', 'The slices are sheared, as by a tilted gantry.'],
  [/sorted order|volume index ranges/i, 'serious', 'The slices may have been put into the wrong volumes.'],
  [
    /b-?vec|gradient (?:direction|vector)|slice\/vector/i,
    'caution',
    'The directions of the diffusion gradient are not certain.',
  ],
  [/saturat|clipp|exceeds? 16|overflow/i, 'caution', 'Some values exceed what the image can hold.'],
  [
    /slice timing|moco|volume number does not vary|b0 \(reference\)|derived image|adc\/trace|field ?maps|protocol block|autobids|scaling values/i,
    'caution',
    null,
  ],
];

/** What of a line is the converter's own: no paths, UIDs or characters that are not printed. */
function plain(line: string): string {
  return line
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/\/(?:in|out)\/\S*/g, 'a file')
    .replace(/\b\d+(?:\.\d+){4,}\S*/g, 'a series')
    .replace(/^(?:Warning|Error|Alert)\s*[:.]\s*/i, '')
    .trim()
    .slice(0, maxLength);
}

/**
 * What of the converter's lines should be known, each once; those that Atoll has no words for as they are.
 * @param lines of its standard output and error.
 */
export function converterWarnings(lines: readonly string[]): ConverterWarning[] {
  const told = new Map<string, ConverterWarning>();
  for (const line of lines) {
    if (told.size === maxTold) break;
    if (!isWarning(line)) continue;
    const words = known.find(([pattern]) => pattern.test(line));
    if (words?.[2] === null) continue;
    const message =
      words === undefined
        ? `The DICOM converter (dcm2niix) warns: “${plain(line)}”`
        : `${words[2]} (The DICOM converter says so.)`;
    told.set(message, { severity: words?.[1] ?? 'caution', message });
  }
  return [...told.values()];
}

function isWarning(line: string): boolean {
  return /\b(?:warning|error|alert)\b|missing|not stacked|unable to|unsupported/i.test(line);
}

/** A line as it is kept while the converter runs: short, and not without end. */
export function keepLine(lines: string[], line: string): void {
  if (lines.length < maxLines && isWarning(line)) lines.push(line.slice(0, 4 * maxLength));
}
