/** The option of every engine that can say how probable a lesion is at each voxel. */
export const probabilityOption = {
  id: 'probability',
  title: 'Probability map',
  description: 'Also write how probable a lesion is at each voxel (probability.nii.gz).',
} as const;
