export { assemble } from '@atoll/intake/assemble';
export { gather } from '@atoll/intake/gather';
export { propose } from '@atoll/intake/propose';
export { segmentationOf } from '@atoll/intake/segmentation';
export { thumbnail } from '@atoll/intake/thumbnail';
export { runPrivately } from '../private/run-privately.ts';
export { prepareAtlas } from './atlas-files.ts';
export { convertDicom, prepareConverter } from './converter.ts';
