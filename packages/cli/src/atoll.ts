import { atollVersion, researchNotice } from '@atoll/engines/notice';
import { Command, CommanderError } from 'commander';
import { exportCommand, importCommand } from './commands/archive.ts';
import { atlasCommand } from './commands/atlas.ts';
import { auditCommand } from './commands/audit.ts';
import { benchmarkCommand } from './commands/benchmark.ts';
import { casesCommand } from './commands/cases.ts';
import { dicomCommand } from './commands/dicom.ts';
import { doctorCommand } from './commands/doctor.ts';
import { enginesCommand } from './commands/engines.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { modelsCommand } from './commands/models.ts';
import { reportCommand } from './commands/report.ts';
import { reviewCommand } from './commands/review.ts';
import { reviseCommand } from './commands/revise.ts';
import { segmentCommand } from './commands/segment.ts';
import { serveCommand } from './commands/serve.ts';
import { tokenCommand } from './commands/token.ts';
import { workerCommand } from './commands/worker.ts';
import { exitCodes, printError } from './exit.ts';

const program = new Command('atoll')
  .description('From a stroke patient’s diffusion MRI (DWI and ADC) to a checked infarct mask.')
  .version(atollVersion, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  .showHelpAfterError('(see --help)')
  // So that an option after a command is that command's, though the one above has the same.
  .enablePositionalOptions()
  .addHelpText('after', `\nExit code: 0 done, 1 failed, 2 wrong usage.\n\n${researchNotice}`);

const commands = [
  segmentCommand,
  reviewCommand,
  reviseCommand,
  reportCommand,
  evaluateCommand,
  benchmarkCommand,
  serveCommand,
  workerCommand,
  casesCommand,
  atlasCommand,
  dicomCommand,
  doctorCommand,
  enginesCommand,
  modelsCommand,
  exportCommand,
  importCommand,
  tokenCommand,
  auditCommand,
];
for (const command of commands) program.addCommand(command());

/** Commander answers wrong usage with 1 and with an exit in mid-flight; scripts need to tell it from a failure. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExit);
}
throwInsteadOfExit(program);

// Who reads no further (`| head`) has had enough; files that are being written are written all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Commander has printed the reason already; help and version end well.
    process.exitCode = thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    process.exitCode = printError(thrown);
  }
}
