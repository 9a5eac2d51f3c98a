/**
 * How well does the second look watch over an engine? Infarcts are pasted into heads without one (../shared/data or
 * ATOLL_TEST_DATA, and the phantom without an infarct), the engine's answer is taken to be empty, right, or elsewhere,
 * and the alarms are counted. Prints the tables of docs/alarm.md and exits 1 when a target is missed.
 *
 *   npm run evaluate:alarm [-- --places 4]
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Alarm, raiseAlarm } from '@atoll/engines/alarm/alarm';
import { compareMasks } from '@atoll/volume/metrics';
import type { Mask } from '@atoll/volume/volume';
import { changes } from './alarm/changed-head.ts';
import { dataFolder, type Head, headsWithoutLesion, patients } from './alarm/heads.ts';
import { paste, randomOf } from './alarm/pasted-infarct.ts';

const { values } = parseArgs({ options: { places: { type: 'string', default: '4' } } });
const places = Number(values.places);
const sizesMl = [1, 3, 10, 80, 250];
const adcShares = [0.5, 0.65];
const missed: string[] = [];
const target = (name: string, met: boolean) => {
  if (!met) missed.push(name);
};

const heads = await headsWithoutLesion();

console.log(
  'Heads without an infarct: alarms, and the largest suspect piece (one of 0.7 mL counts where its ADC is low, one of 2 mL always)\n',
);
console.log(`| head | as it is |${changes.map(({ name }) => ` ${name} |`).join('')}`);
console.log(`|---|---|${changes.map(() => '---|').join('')}`);
for (const head of heads) {
  const cells = [head, ...changes.map(({ change }) => change(head))].map((changed) => {
    const alarm = look(changed, emptyOf(changed));
    if (alarm === null) return 'no brain found';
    target(`${head.name}: no alarm`, changed !== head || alarm.missedPieces.length === 0);
    return `${alarm.missedPieces.length > 0 ? '**alarm** ' : ''}${alarm.largestMl.toFixed(2)} mL`;
  });
  console.log(`| ${head.name} | ${cells.join(' | ')} |`);
}

console.log('\nPasted infarcts: alarms where the engine’s mask is empty, elsewhere, and right\n');
console.log('| mL | ADC × | empty | elsewhere | right | candidate’s Dice, median |');
console.log('|---|---|---|---|---|---|');
for (const sizeMl of sizesMl)
  for (const adcShare of adcShares) {
    const random = randomOf(7);
    const counts = { all: 0, empty: 0, elsewhere: 0, right: 0 };
    const dice: number[] = [];
    for (const head of heads)
      for (let place = 0; place < (sizeMl > 50 ? Math.ceil(places / 2) : places); place++) {
        const { study, truth } = paste(head, { sizeMl, adcShare }, random);
        const empty = look(study, emptyOf(study));
        counts.all++;
        if (empty !== null && touches(empty.missed, truth)) {
          counts.empty++;
          dice.push(compareMasks(empty.missed, truth).dice);
        }
        const elsewhere = look(study, mirrored(truth));
        if (elsewhere !== null && touches(elsewhere.missed, truth)) counts.elsewhere++;
        const right = look(study, truth);
        if (right === null || right.missedPieces.length > 0) counts.right++;
      }
    dice.sort((a, b) => a - b);
    const median = dice[Math.floor(dice.length / 2)];
    console.log(
      `| ${sizeMl} | ${adcShare} | ${counts.empty} of ${counts.all} | ${counts.elsewhere} of ${counts.all} | ${counts.right} of ${counts.all} | ${median?.toFixed(2) ?? '–'} |`,
    );
    if (sizeMl >= 10 && adcShare === 0.5) target(`${sizeMl} mL: alarm`, counts.empty === counts.all);
    if (sizeMl === 3 && adcShare === 0.5) target('3 mL: alarm', counts.empty >= 0.95 * counts.all);
    target(`${sizeMl} mL: none when right`, counts.right === 0);
  }

console.log('\nA pasted infarct of 10 mL (ADC × 0.5) under an empty mask\n');
for (const { name, change } of changes) {
  const random = randomOf(11);
  const found = heads.filter((head) => {
    const { study, truth } = paste(head, { sizeMl: 10, adcShare: 0.5 }, random);
    const changed = change({ ...study, name: head.name, b: head.b, truth });
    const alarm = look(changed, emptyOf(changed));
    return alarm !== null && changed.truth !== null && touches(alarm.missed, changed.truth);
  });
  console.log(`- ${name}: ${found.length} of ${heads.length}`);
}

console.log('\nPatients and phantoms with an infarct\n');
console.log(
  '| case | true mL | empty mask: alarm, mL | right mask: missed, doubted | mask elsewhere: missed, doubted |',
);
console.log('|---|---|---|---|---|');
for (const patient of await patients()) {
  if (patient.truth === null) continue;
  const empty = look(patient, emptyOf(patient));
  const right = look(patient, patient.truth);
  const elsewhere = look(patient, mirrored(patient.truth));
  const both = (alarm: Alarm | null) =>
    alarm === null
      ? 'no brain found'
      : `${alarm.missedPieces.length}, ${alarm.lesionPieces.filter(({ doubt }) => doubt !== null).length}`;
  target(`${patient.name}: none when right`, both(right) === '0, 0');
  const candidateMl = (empty?.missedPieces ?? []).reduce((sum, { volumeMl }) => sum + volumeMl, 0);
  console.log(
    `| ${patient.name} | ${patient.trueMl.toFixed(1)} | ${candidateMl > 0 ? candidateMl.toFixed(1) : 'none'} | ${both(right)} | ${both(elsewhere)} |`,
  );
}

if (!existsSync(dataFolder)) console.log(`\n${dataFolder} is not there: only the phantoms were looked at.`);
if (missed.length > 0) console.log(`\nMissed: ${missed.join('; ')}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function look({ dwi, adc }: Pick<Head, 'dwi' | 'adc'>, mask: Mask): Alarm | null {
  return raiseAlarm(dwi, adc, mask);
}

function emptyOf({ dwi }: Pick<Head, 'dwi'>): Mask {
  return { shape: dwi.shape, affine: dwi.affine, data: new Uint8Array(dwi.data.length) };
}

/** The same along the first axis: mostly the other side of the head. */
function mirrored({ shape, affine, data }: Mask): Mask {
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const x = at % shape[0];
    out[at - x + shape[0] - 1 - x] = data[at];
  }
  return { shape, affine, data: out };
}

function touches(one: Mask, other: Mask): boolean {
  return one.data.some((value, at) => value !== 0 && other.data[at] !== 0);
}
