/** What a run goes through, each with its share of the time. */
export const stages = [
  { id: 'prepare', title: 'Bringing DWI and ADC together', share: 0.15 },
  { id: 'brain', title: 'Finding the brain', share: 0.3 },
  { id: 'symmetry', title: 'Finding the plane between the hemispheres', share: 0.2 },
  { id: 'contrast', title: 'Comparing with healthy tissue and the other side', share: 0.2 },
  { id: 'lesions', title: 'Seeding, growing and judging lesions', share: 0.15 },
] as const;
