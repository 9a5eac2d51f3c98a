import type { ModelDescription } from '@atoll/models/description';
import type { Told } from '@atoll/models/import/told';
import { Command, InvalidArgumentError, Option } from 'commander';
import { plainLines } from '../../terminal-text.ts';

type Options = {
  readonly id: string;
  readonly licence: string;
  readonly out: string;
  readonly title?: string;
  readonly modelVersion?: string;
  readonly description?: string;
  readonly cite: readonly string[];
  readonly roles?: readonly string[];
  readonly adcUnit?: Told['adcUnit'];
  readonly mark?: readonly string[];
  readonly threshold?: number;
  readonly orientation?: string;
  readonly onnx?: string;
};

export function importNnunetCommand(): Command {
  return withOptions(
    new Command('import-nnunet')
      .description('make a model’s folder of a trained nnU-Net v2')
      .argument(
        '<results>',
        'nnU-Net’s folder of one configuration (with plans.json, dataset.json, fold_0, …)',
      ),
  )
    .addHelpText(
      'after',
      '\nExport its networks first, where nnU-Net is installed: python training/nnunet/export_onnx.py <results>',
    )
    .action(async (results: string, options: Options) => {
      const { importNnunet } = await import('@atoll/models/import/nnunet');
      tell(await importNnunet(results, options.out, toldBy(options)), options.out);
    });
}

export function importMonaiCommand(): Command {
  return withOptions(
    new Command('import-monai')
      .description('make a model’s folder of a MONAI bundle')
      .argument('<bundle>', 'the bundle’s folder (with configs/metadata.json and configs/inference.json)'),
  )
    .option('--onnx <file>', 'the exported network (default: models/model.onnx in the bundle)')
    .action(async (bundle: string, options: Options) => {
      const { importMonai } = await import('@atoll/models/import/monai');
      tell(await importMonai(bundle, options.out, toldBy(options), options.onnx), options.out);
    });
}

function withOptions(command: Command): Command {
  return command
    .requiredOption('--out <folder>', 'folder to write, for atoll models add')
    .requiredOption('--id <id>', 'name of the engine: lower-case letters, digits and hyphens')
    .requiredOption('--licence <text>', 'licence of the weights (an SPDX identifier, or a sentence)')
    .option('--title <text>', 'title (default: the model’s own)')
    .option('--model-version <text>', 'version of the model')
    .option('--description <text>', 'what it is, and how well it does')
    .option(
      '--cite <text>',
      'a work to cite; may be repeated',
      (text, before: string[]) => [...before, text],
      [],
    )
    .option(
      '--roles <list>',
      'which image each channel is, such as dwi,adc; by the channels’ names otherwise',
      asList,
    )
    .addOption(
      new Option(
        '--adc-unit <unit>',
        'unit of the ADC maps that it was trained on, where it matters',
      ).choices(['as-given', 'mm2/s', '1e-3 mm2/s', '1e-6 mm2/s']),
    )
    .option(
      '--mark <labels>',
      'labels that mean lesion, separated by commas, where there are several',
      asList,
    )
    .option(
      '--threshold <p>',
      'probability above which a voxel is marked (default: the most probable label)',
      asShare,
    )
    .option(
      '--orientation <code>',
      'direction of the training images’ axes, such as LPS (default: as stored)',
    );
}

function toldBy({
  id,
  licence,
  title,
  modelVersion,
  description,
  cite,
  roles,
  adcUnit,
  mark,
  threshold,
  orientation,
}: Options): Told {
  const citations = cite.length === 0 ? undefined : cite;
  return {
    id,
    licence,
    title,
    version: modelVersion,
    description,
    citations,
    roles,
    adcUnit,
    marked: mark,
    threshold,
    orientation,
  };
}

function tell({ title, licence }: ModelDescription, out: string): void {
  process.stdout.write(
    plainLines(
      `${title}: written to ${out}; licence: ${licence}\nAdd it with: atoll models add ${out} --accept-licence\n`,
    ),
  );
}

function asList(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function asShare(text: string): number {
  const share = Number(text);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError('It must be a number between 0 and 1.');
}
