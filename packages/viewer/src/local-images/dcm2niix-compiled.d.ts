/** The compiled converter within @niivue/dcm2niix, whose own entry has no types and fetches what it needs. */
declare module '@niivue/dcm2niix/compiled' {
  const makeConverter: import('@atoll/dicom/compiled').MakeConverter;
  export default makeConverter;
}

declare module '@niivue/dcm2niix/wasm?url' {
  const url: string;
  export default url;
}
