/**
 * A process of `npm run bench` that has just started: reads DWI and ADC, segments them, says where the lesions lie if it
 * is given the atlas's folder, and prints the peak of its memory in MB. It loads nothing that this does not need.
 *
 *   node scripts/bench-fresh.ts DWI ADC [ATLAS]
 */
import { readFile } from 'node:fs/promises';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { readNifti } from '@atoll/volume/nifti-read';

const [dwiFile, adcFile, atlas] = process.argv.slice(2);
const image = async (file: string) => readNifti(await readFile(file));
const [dwi, adc] = await Promise.all([image(dwiFile), image(adcFile)]);
if (atlas === undefined) segmentDiffusion({ dwi, adc }, 'balanced');
else {
  const { placingTask, preparedAtlas } = await import('./bench-atlas.ts');
  const task = placingTask(dwi, adc);
  (await preparedAtlas(atlas)).locate(task);
}
process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
