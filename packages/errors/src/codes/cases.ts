import { anywhere, type CatalogueRow } from '../row.ts';

/** Cases, the places that they come from, and the atlas. */
export const casesCodes = {
  CASE_UNKNOWN: {
    status: 400,
    sentence: 'There is no case with this name.',
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
    sentence: 'The source of this case cannot be reached.',
    action: 'Check the network connection and try again. Cases opened before are cached and still work.',
    retry: 'soon',
    where: ['answer', 'job', 'terminal'],
  },
  SOURCE_REFUSED: {
    status: 502,
    sentence: 'The source of this case denied access.',
    action: 'If the data set is gated, accept its terms there and set ATOLL_HUB_TOKEN.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  SOURCE_INVALID: {
    status: 502,
    sentence: 'The source of this case sent an unexpected response.',
    action: 'Check the data set, its revision and the address.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  ATLAS_MISSING: {
    status: 422,
    sentence: 'No atlas is installed, so lesion locations cannot be reported.',
    action: 'Download it once: atoll atlas fetch',
    retry: 'never',
    where: anywhere,
  },
  ATLAS_INVALID: {
    status: 500,
    sentence: 'The stored atlas cannot be used.',
    action: 'Download it again: atoll atlas fetch',
    retry: 'never',
    where: anywhere,
  },
  CASE_INCOMPLETE: {
    status: 422,
    sentence: 'The stored files of this case cannot be used.',
    action: 'Check the stored files, or run the segmentation on the DWI and ADC files directly.',
    retry: 'never',
    where: ['answer', 'job', 'terminal'],
  },
  CASE_NOT_FOUND: {
    status: 404,
    sentence: 'There is no case at this address.',
    action: 'Check the link; a deleted case cannot be recovered.',
    retry: 'never',
    where: ['answer', 'terminal'],
  },
  CASE_EXPIRED: {
    status: 410,
    sentence: 'This case and its results have expired.',
    action: 'Upload the images again.',
    retry: 'never',
    where: ['answer'],
  },
  CASE_NOT_REMOVABLE: {
    status: 403,
    sentence: 'Only uploaded cases can be deleted.',
    action: 'No action is needed; the administrator of this instance chooses the cases it lists.',
    retry: 'never',
    where: ['answer'],
  },
} as const satisfies Record<string, CatalogueRow>;
