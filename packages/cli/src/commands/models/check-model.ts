import type { Engine } from '@atoll/engines/engine';
import type { RunResult } from '@atoll/engines/run';
import { AtollError } from '@atoll/errors/error';
import type { ModelDescription } from '@atoll/models/description';
import { Command } from 'commander';
import { exitCodes } from '../../exit.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { ProgressBar } from '../../progress-bar.ts';
import { plainLines } from '../../terminal-text.ts';

const help = `
The phantom is a synthetic head with one large infarct whose outline is known. A model that was trained on patients
may do better or worse on it than on patients: what is checked is that it runs here, in how much time and memory, and
that it marks the infarct. Exit code 1 where it fails, or marks less than a tenth of it.`;

/** Share of the phantom's infarct that has to be marked for it to count as found. */
const leastFound = 0.1;

export function checkModelCommand(): Command {
  return new Command('check')
    .description('run a model on a phantom: time, memory, and whether it finds the infarct')
    .argument('<id>', 'id of the model')
    .option('--preset <id>', 'full or fast', 'full')
    .option('--json', 'print the figures as JSON')
    .addHelpText('after', help)
    .action(check);
}

async function check(
  id: string,
  { preset, json }: { readonly preset: string; readonly json?: boolean },
): Promise<void> {
  const [{ openInstance }, { modelShelf }] = await Promise.all([
    import('@atoll/instance/instance'),
    import('@atoll/instance/models'),
  ]);
  const instance = openInstance();
  const { model, folder } = modelShelf(instance.settings).find(id);
  const { checkFolds } = await import('@atoll/models/model-folder');
  await checkFolds(folder, model);
  const bar = new ProgressBar();
  const started = performance.now();
  const result = await runOnPhantom(instance.engines.find(id), model, preset, bar).finally(() => bar.clear());
  const figures = {
    seconds: (performance.now() - started) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    ...foundIn(result),
  };
  if (json === true) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else process.stdout.write(plainLines(inWords(figures)));
  if (!figures.foundInfarct) process.exitCode = exitCodes.failed;
}

async function runOnPhantom(
  engine: Engine,
  { inputs }: ModelDescription,
  preset: string,
  bar: ProgressBar,
): Promise<RunResult> {
  const [{ runSegmentation }, { makePhantomFiles }, { phantomCases }] = await Promise.all([
    import('@atoll/engines/run'),
    import('@atoll/phantom/case-files'),
    import('@atoll/phantom/specs'),
  ]);
  const files = await makePhantomFiles(phantomCases[0].spec);
  // A phantom has no FLAIR: the DWI stands in, for time and memory alone.
  const standIn = inputs.some(({ role }) => role === 'flair') ? { flair: files.dwi } : {};
  const signal = untilInterrupted();
  return runSegmentation({
    engine,
    files: { ...files, ...standIn },
    preset,
    signal,
    onProgress: (progress) => bar.show(progress),
  });
}

function foundIn({ report }: RunResult) {
  const { metrics, volumeMl } = report;
  if (metrics.status !== 'computed')
    throw new AtollError('INTERNAL', 'The phantom’s mask could not be compared.');
  const { dice, sensitivity, referenceVolumeMl } = metrics;
  return {
    dice,
    sensitivity,
    volumeMl,
    trueVolumeMl: referenceVolumeMl,
    foundInfarct: (sensitivity ?? 0) >= leastFound,
  };
}

function inWords(
  figures: ReturnType<typeof foundIn> & { readonly seconds: number; readonly peakMegabytes: number },
): string {
  const { seconds, peakMegabytes, dice, volumeMl, trueVolumeMl, foundInfarct } = figures;
  return [
    `Time:    ${seconds.toFixed(1)} s, images of 112 × 112 × 73 voxels`,
    `Memory:  ${Math.round(peakMegabytes)} MB at most`,
    `Infarct: ${foundInfarct ? 'found' : 'NOT found'}; ${volumeMl.toFixed(1)} mL marked, ${trueVolumeMl.toFixed(1)} mL true, Dice ${dice.toFixed(3)}`,
    '',
  ].join('\n');
}
