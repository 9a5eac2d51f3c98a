import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelDescription } from '@atoll/models/description';
import { Command } from 'commander';
import { exitCodes, UsageError } from '../exit.ts';
import { plainLines } from '../terminal-text.ts';
import { checkModelCommand } from './models/check-model.ts';
import { importMonaiCommand, importNnunetCommand } from './models/import-model.ts';

const help = `
A model is a folder with atoll-model.json and one ONNX file for each fold; once added it is an engine like the others.
Models are added on the machine that runs Atoll, by whoever may write into its data folder, and by nobody else. A
server or worker that is running offers it at once. Everything about it: docs/models.md.

Examples:
  atoll models runtime
  atoll models import-nnunet nnUNet_results/Dataset001_Stroke/nnUNetTrainer__nnUNetPlans__3d_fullres \\
    --id lab-stroke --licence CC-BY-4.0 --out lab-stroke
  atoll models add lab-stroke --accept-licence
  atoll models check lab-stroke
  atoll segment --dwi dwi.nii.gz --adc adc.nii.gz --engine lab-stroke --out result`;

export function modelsCommand(): Command {
  const command = new Command('models')
    .description('models of your own as engines: nnU-Net v2, MONAI bundles, or any other ONNX network')
    .addHelpText('after', help);
  command
    .command('list')
    .description('list the models that were added, and whether they can run here')
    .option('--json', 'print the list as JSON')
    .action(list);
  command
    .command('add')
    .description('add a model: a folder or a ZIP with atoll-model.json and its ONNX files')
    .argument('<path>', 'folder or ZIP')
    .option('--accept-licence', 'you have read the model’s licence and accept it')
    .option('--replace', 'replace the model of the same id')
    .action(add);
  command
    .command('remove')
    .description('remove a model; results made with it are kept')
    .argument('<id>', 'id of the model')
    .action(remove);
  command
    .command('runtime')
    .description(
      'install ONNX Runtime (WebAssembly, 41 MB, from npm), for this machine and for models in the page, which runs the models',
    )
    .option('--from <file>', 'the package onnxruntime-web as .tgz, for machines without a registry')
    .addHelpText(
      'after',
      '\nNothing else ever downloads it. Where onnxruntime-node is installed (npm install onnxruntime-node, 290 MB), that is used instead: it is several times faster.',
    )
    .action(installRuntime);
  command.addCommand(checkModelCommand());
  command.addCommand(importNnunetCommand());
  command.addCommand(importMonaiCommand());
  return command;
}

async function openShelf() {
  const [{ readSettings }, { modelShelf, runtimeFolder }] = await Promise.all([
    import('@atoll/instance/settings'),
    import('@atoll/instance/models'),
  ]);
  const settings = readSettings(process.env);
  return { shelf: modelShelf(settings), runtime: runtimeFolder(settings) };
}

async function list({ json }: { readonly json?: boolean }): Promise<void> {
  const { shelf, runtime } = await openShelf();
  const { runtimeKind } = await import('@atoll/models/runtime');
  const { models, broken } = shelf.list();
  if (broken.length > 0) process.exitCode = exitCodes.failed;
  if (json === true) {
    const listed = models.map(({ model, acceptance, folder }) => ({ ...model, acceptance, folder }));
    process.stdout.write(
      `${JSON.stringify({ runtime: runtimeKind(runtime), models: listed, broken }, null, 2)}\n`,
    );
    return;
  }
  const kind = runtimeKind(runtime);
  const named = { node: 'onnxruntime-node', wasm: 'onnxruntime-web (WebAssembly)' };
  const runs = kind === null ? 'not installed; install it with atoll models runtime' : named[kind];
  process.stdout.write(
    plainLines(
      [
        `ONNX Runtime: ${runs}`,
        ...(models.length + broken.length === 0 ? ['No model was added.'] : []),
        ...models.map(({ model }) => inWords(model)),
        ...broken.map(({ id, reason }) => `${id}: cannot be used: ${reason}`),
        '',
      ].join('\n'),
    ),
  );
}

function inWords({ id, version, title, licence, inputs, folds, spacingMm, patch }: ModelDescription): string {
  const roles = inputs.map(({ role }) => role.toUpperCase()).join(', ');
  return `${id} ${version}: ${title}\n  ${roles}; ${spacingMm.join(' × ')} mm, patches of ${patch.join(' × ')}, folds: ${folds.length}\n  licence: ${licence}`;
}

type AddOptions = { readonly acceptLicence?: boolean; readonly replace?: boolean };

async function add(path: string, { acceptLicence = false, replace = false }: AddOptions): Promise<void> {
  if (!existsSync(path)) throw new UsageError(`there is no ${path}`);
  if (existsSync(join(path, 'plans.json'))) {
    throw new UsageError(
      'this is a folder of nnU-Net results: import it first with atoll models import-nnunet',
    );
  }
  if (existsSync(join(path, 'configs/metadata.json'))) {
    throw new UsageError('this is a MONAI bundle: import it first with atoll models import-monai');
  }
  const { shelf, runtime } = await openShelf();
  const options = { acceptsLicence: acceptLicence, replaces: replace };
  const { withUnpackedModel } = await import('@atoll/models/unpacked-model');
  const { model } = statSync(path).isDirectory()
    ? await shelf.add(path, options)
    : await withUnpackedModel(path, (folder) => shelf.add(folder, options));
  const { runtimeKind } = await import('@atoll/models/runtime');
  const next =
    runtimeKind(runtime) === null
      ? 'Install ONNX Runtime with: atoll models runtime'
      : `Try it with: atoll models check ${model.id}`;
  process.stdout.write(plainLines(`Added ${inWords(model)}\n${next}\n`));
}

async function remove(id: string): Promise<void> {
  const { shelf } = await openShelf();
  await shelf.remove(id);
  process.stdout.write(plainLines(`Removed ${id}.\n`));
}

async function installRuntime({ from }: { readonly from?: string }): Promise<void> {
  const { runtime } = await openShelf();
  const { installRuntime: install } = await import('@atoll/models/runtime-files');
  const { runtimeVersion } = await import('@atoll/models/runtime-list');
  await install(runtime, from);
  process.stdout.write(plainLines(`ONNX Runtime ${runtimeVersion} is in ${runtime}.\n`));
}
