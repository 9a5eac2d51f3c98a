/** Names of the files that a result is kept and handed out as, whoever made it. Those of an atlas: location-files.ts. */
export const maskFileName = 'lesion_msk.nii.gz';
export const reportFileName = 'report.json';
/** The brain as the engine outlined it. */
export const brainFileName = 'brain_msk.nii.gz';
/** What a second look found and the mask does not hold. */
export const missedFileName = 'missed_msk.nii.gz';
/** How probable a lesion is at each voxel, where an engine says it. */
export const probabilityFileName = 'probability.nii.gz';
/** The mask as DICOM. */
export const segmentationFileName = 'lesion_seg.dcm';
