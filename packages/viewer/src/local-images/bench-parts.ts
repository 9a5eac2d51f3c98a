export { addPlaces } from '@atoll/engines/added-places';
export { assemble } from '@atoll/intake/assemble';
export { examine } from '@atoll/intake/examine';
export { gather } from '@atoll/intake/gather';
export { segmentationOf } from '@atoll/intake/segmentation';
export { thumbnail } from '@atoll/intake/thumbnail';
export { runInWorker } from '../local-run/run-in-worker.ts';
export { prepareAtlas } from './atlas-files.ts';
export { convertDicom, prepareConverter } from './converter.ts';
