import { anywhere, type CatalogueRow } from '../row.ts';

/** Cases, the places that they come from, and the atlas. */
export const casesCodes = {
  CASE_UNKNOWN: {
    status: 400,
    sentence: 'There is no case of this name.',
    action: 'List the cases with GET /api/cases or `atoll cases`.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  CASE_AMBIGUOUS: {
    status: 500,
    sentence: 'Two cases have the same name.',
    action: 'Rename one of them where it is stored.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  SOURCE_UNREACHABLE: {
    status: 502,
    sentence: 'The place that this case comes from cannot be reached.',
    action: 'Check the network and try again. Cases that were opened before are kept and still work.',
    retry: 'soon',
    where: ['answer', 'job', 'terminal'],
  },
  SOURCE_REFUSED: {
    status: 502,
    sentence: 'The place that this case comes from does not hand it out.',
    action: 'If the data set is gated, accept its terms there and set ATOLL_HUB_TOKEN.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  SOURCE_INVALID: {
    status: 502,
    sentence: 'The place that this case comes from sent something other than what was expected.',
    action: 'Check that data set, revision and address are the right ones.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  ATLAS_MISSING: {
    status: 422,
    sentence: 'No atlas is installed here, so it cannot be said where lesions lie.',
    action: 'Fetch it once: atoll atlas fetch',
    retry: 'never',
    where: anywhere,
  },
  ATLAS_INVALID: {
    status: 500,
    sentence: 'The atlas cannot be used as it is stored.',
    action: 'Fetch it again: atoll atlas fetch',
    retry: 'never',
    where: anywhere,
  },
  CASE_INCOMPLETE: {
    status: 422,
    sentence: 'The files of this case cannot be used as they are stored.',
    action: 'Check the files of the case where they are stored, or segment its images one by one.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  CASE_NOT_FOUND: {
    status: 404,
    sentence: 'There is no case at this address.',
    action: 'Check the link; a deleted case is gone for good.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  CASE_EXPIRED: {
    status: 410,
    sentence: 'This case was kept for its time and is gone, with its results.',
    action: 'Bring the images again.',
    retry: 'never',
    where: ['answer'],
  },
  CASE_NOT_REMOVABLE: {
    status: 403,
    sentence: 'Only cases that were brought can be removed.',
    action: 'Nothing needs to be done; whoever hosts this instance chooses the cases it lists.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;
