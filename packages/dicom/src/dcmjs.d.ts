/** The little of dcmjs that Atoll uses; the library has no types of its own. */
declare module 'dcmjs' {
  /** An element as DICOM's JSON model has it. */
  type DicomElement = { vr: string; Value: readonly unknown[] };

  class DicomDict {
    constructor(meta: Record<string, DicomElement>);
    dict: Record<string, DicomElement>;
    write(options: { allowInvalidVRLength: boolean }): ArrayBuffer;
  }

  const dcmjs: {
    readonly data: {
      readonly DicomDict: typeof DicomDict;
      readonly DicomMetaDictionary: {
        /** By `(GGGG,EEEE)`. */
        readonly dictionary: Readonly<Record<string, { readonly vr: string } | undefined>>;
        /** From the names of attributes to their tags. `_vrMap` names the VRs that the dictionary leaves open. */
        denaturalizeDataset(dataset: Readonly<Record<string, unknown>>): Record<string, DicomElement>;
      };
    };
    /** The library's log, which may quote values: a patient's too. */
    readonly log: { setLevel(level: 'silent', persist: boolean): void };
  };
  export default dcmjs;
}
