import { compareMasks } from '@atoll/volume/metrics';
import { readNiftiMask } from '@atoll/volume/nifti-read';
import { Command } from 'commander';
import { readImageFile } from '../image-file.ts';
import { describeAgreement } from '../report-text.ts';

type Options = { readonly prediction: string; readonly reference: string; readonly json?: boolean };

const examples = `
Example:
  atoll evaluate --prediction result/lesion_msk.nii.gz --reference expert.nii.gz --json

Definitions: ISLES’22 (Hernandez Petzsche et al. 2022); lesions are 26-connected components.`;

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('compare a mask with a reference mask')
    .requiredOption('--prediction <file>', 'mask to evaluate, NIfTI')
    .requiredOption('--reference <file>', 'reference mask, NIfTI')
    .option('--json', 'print the figures as JSON')
    .addHelpText('after', examples)
    .action(evaluate);
}

async function evaluate({ prediction, reference, json }: Options): Promise<void> {
  const masks = await Promise.all(
    [prediction, reference].map(async (path) => readNiftiMask(await readImageFile(path))),
  );
  const agreement = compareMasks(masks[0], masks[1]);
  const text = json === true ? JSON.stringify(agreement, null, 2) : describeAgreement(agreement).join('\n');
  process.stdout.write(`${text}\n`);
}
