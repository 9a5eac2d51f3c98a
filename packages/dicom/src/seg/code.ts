/** A code of DICOM's own. */
export function dicomCode(value: string, meaning: string) {
  return code(value, 'DCM', meaning);
}

/** A code of SNOMED CT. */
export function snomedCode(value: string, meaning: string) {
  return code(value, 'SCT', meaning);
}

function code(value: string, scheme: 'DCM' | 'SCT', meaning: string) {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}
