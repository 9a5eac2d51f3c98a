import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BidsSource } from '@atoll/cases/bids/source';
import { CohortPage } from '@atoll/cli/derivative/cohort-page';
import { Derivative } from '@atoll/cli/derivative/derivative';
import { DiffusionEngine } from '@atoll/engines/diffusion/engine';
import { runSegmentation } from '@atoll/engines/run';
import { makePhantomFiles, type PhantomFiles } from '@atoll/phantom/case-files';
import { axialGrid } from '@atoll/phantom/grids';
import { phantomCases } from '@atoll/phantom/specs';

/** Few voxels, quickly made and segmented; its first axis runs to the patient's left. */
const grid = axialGrid([44, 48, 26], [4, 4, 5.5], { x: 'L', y: 'A' }, [0, -17, 10]);

/**
 * A BIDS folder of so many phantoms with a derivative of the embedded engine's masks in it. There are as many different
 * ones as Atoll has; of those that are alike one is segmented, and none has its readable report yet.
 * @returns the folder of the derivative.
 */
export async function writeSmallCohort(root: string, subjects: number): Promise<string> {
  const made: PhantomFiles[] = [];
  // The pontine infarct, 1.7 mL, is a handful of such voxels.
  const large = phantomCases.filter(({ id }) => id !== 'phantom-pons');
  for (const { spec } of large.slice(0, subjects)) made.push(await makePhantomFiles({ ...spec, grid }));
  mkdirSync(root, { recursive: true });
  const about = { Name: 'Phantoms', BIDSVersion: '1.9.0', DatasetType: 'raw' };
  writeFileSync(join(root, 'dataset_description.json'), JSON.stringify(about));
  for (let at = 0; at < subjects; at++) {
    const name = `sub-${String(at + 1).padStart(2, '0')}`;
    const folder = join(root, name, 'dwi');
    mkdirSync(folder, { recursive: true });
    const { dwi, adc } = made[at % made.length];
    writeFileSync(join(folder, `${name}_dwi.nii.gz`), dwi);
    writeFileSync(join(folder, `${name}_adc.nii.gz`), adc);
  }
  const source = new BidsSource(root);
  const out = join(root, 'derivatives/atoll');
  const derivative = new Derivative(out, root);
  await derivative.begin(source.folder);
  const engine = new DiffusionEngine();
  const results = await Promise.all(
    made.map((files) => runSegmentation({ engine, files: { dwi: files.dwi, adc: files.adc } })),
  );
  const cases = await source.scan();
  for (const [at, found] of cases.entries())
    await derivative.results.write(found, results[at % results.length]);
  await new CohortPage(derivative).writeAnew(cases);
  return out;
}
