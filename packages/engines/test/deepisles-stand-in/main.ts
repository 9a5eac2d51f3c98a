/** The program in the stand-in's container: takes the flags of DeepISLES' main.py. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runModels } from './models.ts';

// Who listens may be gone; a container does not end for that.
for (const pipe of [process.stdout, process.stderr]) pipe.on('error', () => undefined);

const [data, ...args] = process.argv.slice(2);
const flag = { type: 'boolean', default: false } as const;
const { values } = parseArgs({
  args,
  options: {
    dwi_file_name: { type: 'string' },
    adc_file_name: { type: 'string' },
    flair_file_name: { type: 'string' },
    fast: flag,
    save_team_outputs: flag,
    skull_strip: flag,
    parallelize: flag,
    results_mni: flag,
  },
});
const path = (name: string | undefined) => (name === undefined ? null : join(data, name));
for (const name of [values.dwi_file_name, values.adc_file_name, values.flair_file_name]) {
  if (name !== undefined && !existsSync(join(data, name))) {
    console.error('Traceback (most recent call last):');
    console.error(`FileNotFoundError: /app/data/${name} does not exist`);
    process.exit(1);
  }
}
mkdirSync(join(data, 'results'), { recursive: true });
await runModels({
  dwi: path(values.dwi_file_name) ?? '',
  adc: path(values.adc_file_name) ?? '',
  flair: path(values.flair_file_name),
  output: join(data, 'results'),
  work: join(data, '.tmp'),
  seals: join(data, '.seals'),
  fast: values.fast,
  skullStrip: values.skull_strip,
  teamOutputs: values.save_team_outputs,
  mni: values.results_mni,
  // argparse has it as store_false.
  parallel: !values.parallelize,
});
