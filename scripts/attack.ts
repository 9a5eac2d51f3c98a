/**
 * `npm run attack`: tries to hurt the readers, the engine and a service of its own on loopback, for a bounded time, and
 * says what fell. With the same seed it does the same.
 */
import { parseArgs } from 'node:util';
import { Chance } from '../tests/attack/chance.ts';
import { attackDoors } from '../tests/attack/doors.ts';
import { openProviderHouse, openReviewHouse, openSignedInHouse } from '../tests/attack/houses.ts';
import { startLoopbackServer } from '../tests/attack/loopback-server.ts';
import type { Outcome } from '../tests/attack/outcome.ts';
import { attackReaders } from '../tests/attack/readers.ts';
import { attackWithSchemathesis } from '../tests/attack/schemathesis.ts';
import { attackEngine } from '../tests/attack/studies.ts';
import { attackUploads } from '../tests/attack/uploads.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run attack -- [--minutes N] [--seed N]');
  process.exit(2);
}

/** Each of the seven has as much of the time. */
const seconds = (minutes * 60) / 7;
const inTime = () => ({ until: Date.now() + 1000 * seconds });
const outcomes: Outcome[] = [];
const tell = (outcome: Outcome | null) => {
  if (outcome === null) return;
  console.log(`${outcome.name}: ${outcome.tries} tries, ${outcome.faults.length} faults`);
  for (const fault of outcome.faults.slice(0, 20)) console.log(`  ${fault}`);
  outcomes.push(outcome);
};

tell(await attackReaders(inTime(), new Chance(seed)));
tell(await attackEngine(inTime(), new Chance(seed + 1)));
const service = await startLoopbackServer();
try {
  tell(await attackUploads(service, inTime(), new Chance(seed + 2)));
  tell(await attackWithSchemathesis(service, seconds, seed));
} finally {
  await service.stop();
}
let at = 3;
for (const open of [openSignedInHouse, openProviderHouse, openReviewHouse]) {
  const { name, house, doors, usual, close } = await open();
  try {
    tell(await attackDoors(name, house, doors, inTime(), new Chance(seed + at++), usual));
  } finally {
    await close();
  }
}
process.exitCode = outcomes.some(({ faults }) => faults.length > 0) ? 1 : 0;
