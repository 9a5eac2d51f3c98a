/** What triage knows of a series. Nothing in it names a patient. */
export type DicomSeries = {
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number | null;
  readonly seriesDescription: string | null;
  readonly protocolName: string | null;
  readonly modality: string | null;
  /** Values of Image Type that occur, such as DERIVED, TRACEW, ADC. */
  readonly imageTypes: readonly string[];
  /** Files of the series. */
  readonly files: number;
  /** b-values that its files name (s/mm²), sorted; empty where they name none. */
  readonly bValues: readonly number[];
};
