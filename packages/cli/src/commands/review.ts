import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { AtollError, asAtollError } from '@atoll/errors/error';
import { Command, InvalidArgumentError } from 'commander';
import type { Rater } from '../derivative/rater.ts';
import { UsageError } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { plainLines } from '../terminal-text.ts';

type Options = {
  readonly bids: string;
  readonly derivative?: string;
  readonly rater?: string;
  readonly port?: number;
  readonly open: boolean;
};

const help = `
Examples:
  atoll review --bids isles22
  atoll review --bids isles22 --derivative results --rater anna

Serves a page to this machine alone, at an address that nobody can guess. Keys: J and K go to the next and the previous
case, Y accepts the mask, Q rejects it, G edits it, U sends in a mask that was corrected elsewhere (on the grid of the
DWI, its axes in any order), W is for a note. Ctrl-C ends the review; the same command goes on with it.

What the reader says is written into the derivative as they say it: review.tsv has a line for each case and rater, and
the mask that stands is desc-reviewed_mask.nii.gz, or with --rater anna desc-reviewedAnna_mask.nii.gz. Several readers
may work at the same time; each sees what the others said of a case after their own verdict. Reports and group.html are
written anew, and with two raters or more say how far they agree.`;

export function reviewCommand(): Command {
  return new Command('review')
    .description('go through the masks of a BIDS derivative: accept, correct or reject each')
    .requiredOption('--bids <folder>', 'the BIDS data set that the masks were made of')
    .option(
      '--derivative <folder>',
      'what atoll segment --bids wrote (default: derivatives/atoll in the data set)',
    )
    .option('--rater <name>', 'who reads, as tables, reports and names of masks have it')
    .option('--port <n>', 'TCP port of the page (default: any that is free)', parsePort)
    .option('--no-open', 'only print the address, and open no browser')
    .addHelpText('after', help)
    .action(review);
}

async function review({ bids, derivative: folder, rater: name, port = 0, open }: Options): Promise<void> {
  const signal = untilInterrupted();
  const [{ BidsSource }, { Derivative }, { raterOf, unnamedRater, wouldClash }] = await Promise.all([
    import('@atoll/cases/bids/source'),
    import('../derivative/derivative.ts'),
    import('../derivative/rater.ts'),
  ]);
  const rater = name === undefined ? unnamedRater : readRater(raterOf, name);
  const derivative = new Derivative(folder ?? join(bids, 'derivatives', 'atoll'), bids);
  const source = new BidsSource(bids);
  const cases = await source.scan();
  await derivative.beginReview();
  const reviews = await derivative.reviews.read();
  const clash = reviews.find((each) => wouldClash(rater, each.rater));
  if (clash !== undefined) {
    throw new UsageError(
      `the masks of ${rater.name} would have the same names as those of ${clash.rater}; choose another --rater`,
    );
  }
  const { havePage, pageFolder } = await import('../page-build.ts');
  if (!(await havePage())) throw new AtollError('FILE_UNREADABLE', 'There is no page to review with.');
  const [{ CohortPage }, { OpenedCases }, { PageWork }, { ReviewDesk }, { buildReviewServer }, placing] =
    await Promise.all([
      import('../derivative/cohort-page.ts'),
      import('../review/opened-cases.ts'),
      import('../review/page-work.ts'),
      import('../review/review-desk.ts'),
      import('@atoll/server/review/review-server'),
      import('../placing.ts'),
    ]);
  const page = new CohortPage(derivative);
  const work = new PageWork({
    derivative,
    page,
    cases,
    opened: new OpenedCases(source),
    onFailure: (thrown) => {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      process.stderr.write(plainLines(`A page could not be written: ${reason}\n`));
    },
  });
  const desk = await ReviewDesk.open({
    title: resolve(bids).split(/[\\/]/).at(-1) ?? '',
    derivative,
    page,
    cases,
    opened: new OpenedCases(source),
    rater,
    location: await placing.placingWish(undefined),
    onReviewed: (found) => work.add(found),
    onRead: () => work.touch(),
  });
  if (desk.size === 0) {
    throw new AtollError(
      'FILE_UNREADABLE',
      'The derivative has no result of a case of this data set: make them with atoll segment --bids.',
    );
  }
  const key = randomBytes(16).toString('hex');
  const server = await buildReviewServer({ desk, pageDir: pageFolder, key });
  const address = await listen(server, port);
  await work.takeUp();
  const { cases: listed } = await desk.list();
  const done = listed.filter(({ own }) => own?.verdict != null).length;
  process.stdout.write(
    `${done} of ${listed.length} cases reviewed by ${rater.name}. The page is ready at ${address}/${key}/\nCtrl-C ends the review.\n`,
  );
  if (open && process.stdout.isTTY) openBrowser(`${address}/${key}/`);
  if (!signal.aborted) await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
  await server.close();
  if (work.left > 0) process.stderr.write(`Writing ${work.left} reports…\n`);
  await work.finish();
}

/** @throws UsageError */
function readRater(raterOf: (name: string) => Rater, name: string): Rater {
  try {
    return raterOf(name);
  } catch (thrown) {
    throw new UsageError(`--rater: ${asAtollError(thrown).message}`);
  }
}

/** @returns its address, without a slash at the end. @throws AtollError PORT_IN_USE */
async function listen(
  server: { listen(where: { port: number; host: string }): Promise<string> },
  port: number,
): Promise<string> {
  try {
    return await server.listen({ port, host: '127.0.0.1' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new AtollError('PORT_IN_USE', `Port ${port} is already in use.`, { cause });
  }
}

/** As the desktop opens addresses; where there is none, the printed address must do. */
function openBrowser(url: string): void {
  const [command, ...rest] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '']
        : ['xdg-open'];
  const child = spawn(command, [...rest, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a port from 0 to 65535.');
}
