/** What a run goes through, each with its share of the time. */
export const stages = [
  { id: 'prepare', title: 'Aligning DWI and ADC', share: 0.15 },
  { id: 'brain', title: 'Brain extraction', share: 0.3 },
  { id: 'symmetry', title: 'Finding the midsagittal plane', share: 0.2 },
  { id: 'contrast', title: 'Comparing with healthy tissue and the contralateral side', share: 0.2 },
  { id: 'lesions', title: 'Growing lesion candidates and filtering them', share: 0.15 },
] as const;
