const jobIdPattern = /^[0-9a-f]{32}$/;
const namePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** Only a well-formed id becomes part of a path. */
export const isJobId = (text: string): boolean => jobIdPattern.test(text);

/** Only a plain file name does: nothing hidden, no folder, nothing that climbs. */
export const isResultName = (text: string): boolean => namePattern.test(text);
