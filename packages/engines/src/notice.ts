/** Stands beside every result: in the page, the report, and the terminal. */
export const researchNotice =
  'Research software, not a medical device. Not for diagnosis or treatment: every mask must be checked by a qualified reader.';

/** Version of Atoll as it stands in reports; a test keeps it equal to package.json. */
export const atollVersion = '0.1.0';
