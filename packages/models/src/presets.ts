/** In the order in which a run of a model goes through them. */
export const modelStages = [
  { id: 'prepare', title: 'Preparing the images' },
  { id: 'predict', title: 'Running the model' },
  { id: 'place', title: 'Placing the mask' },
] as const;

export const modelPresets = [
  {
    id: 'full',
    title: 'Full',
    description: 'All folds of the model, mirrored as it was trained: as nnU-Net itself predicts.',
  },
  {
    id: 'fast',
    title: 'Fast',
    description: 'The first fold alone, without mirroring: several times faster, a little less accurate.',
  },
];
