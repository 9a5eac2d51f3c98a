/**
 * Writes phantoms as an nnU-Net v2 data set: what the tiny network of `npm run verify:nnunet` is trained on, and other
 * heads to try it on (other sizes of voxels, first axis to the other side, tilted, with a field of view cut close).
 *
 *   node scripts/nnunet-phantoms.ts --out FOLDER
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makePhantomFiles } from '@atoll/phantom/case-files';
import type { PhantomSpec } from '@atoll/phantom/phantom';
import { headOf, trainingGrid, trialHead, trialHeads } from '../packages/models/test/phantom-heads.ts';

const trainingHeads = 12;

const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (values.out === undefined) throw new Error('Say where with --out FOLDER.');

const dataset = join(values.out, 'nnUNet_raw/Dataset901_AtollPhantoms');
const folder = async (...path: string[]) => {
  await mkdir(join(...path), { recursive: true });
  return join(...path);
};
const write = async (id: string, spec: PhantomSpec, images: string, labels: string) => {
  const files = await makePhantomFiles(spec);
  await writeFile(join(images, `${id}_0000.nii.gz`), files.dwi);
  await writeFile(join(images, `${id}_0001.nii.gz`), files.adc);
  await writeFile(join(labels, `${id}.nii.gz`), files.reference);
};
const [imagesTr, labelsTr] = [await folder(dataset, 'imagesTr'), await folder(dataset, 'labelsTr')];
for (let seed = 1; seed <= trainingHeads; seed++) {
  await write(`head_${String(seed).padStart(2, '0')}`, headOf(seed, trainingGrid), imagesTr, labelsTr);
}
const [imagesTs, labelsTs] = [await folder(dataset, 'imagesTs'), await folder(dataset, 'labelsTs')];
for (const [id] of trialHeads) await write(id, trialHead(id), imagesTs, labelsTs);
await writeFile(
  join(dataset, 'dataset.json'),
  JSON.stringify(
    {
      channel_names: { 0: 'DWI', 1: 'ADC' },
      labels: { background: 0, lesion: 1 },
      numTraining: trainingHeads,
      file_ending: '.nii.gz',
      name: 'AtollPhantoms',
      licence: 'Apache-2.0',
    },
    null,
    2,
  ),
);
