/** A code of DICOM's own. */
export function dicomCode(value: string, meaning: string) {
  return code(value, 'DCM', meaning);
}

/** A code of SNOMED CT. */
export function snomedCode(value: string, meaning: string) {
  return code(value, 'SCT', meaning);
}

/** A unit of UCUM. */
export function unitCode(value: string, meaning: string) {
  return code(value, 'UCUM', meaning);
}

/** A code of LOINC. */
export function loincCode(value: string, meaning: string) {
  return code(value, 'LN', meaning);
}

/** A language tag. */
export function languageCode(value: string, meaning: string) {
  return code(value, 'RFC5646', meaning);
}

export type Code = ReturnType<typeof code>;

function code(value: string, scheme: 'DCM' | 'SCT' | 'UCUM' | 'LN' | 'RFC5646', meaning: string) {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}
