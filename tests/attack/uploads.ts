import { gzipSync } from 'node:zlib';
import { scaling } from '@atoll/volume/affine';
import { writeNifti } from '@atoll/volume/nifti-write';
import { z } from 'zod';
import type { Chance } from './chance.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { mutate } from './mutation.ts';
import { type Extent, goesOn, type Outcome } from './outcome.ts';

const file = (value: number) =>
  Buffer.from(
    writeNifti(
      { shape: [12, 10, 6], affine: scaling([-6, 6, 6]), data: new Float32Array(720).fill(value) },
      'int16',
    ),
  );
const [dwi, adc] = [file(300), file(800)];
const Problem = z.looseObject({ code: z.string(), detail: z.string(), action: z.string() });
const Added = z.looseObject({ caseId: z.string(), deleteUrl: z.string() });

/** What is said when there is much to do; anything else from 500 on is a fault. */
const busy = ['UPLOADS_BUSY', 'QUEUE_FULL', 'DISK_FULL'];

/** Sends spoilt files and spoilt forms: each is taken or refused with its reason, and the service lives on. */
export async function attackUploads(
  { url, isAlive }: LoopbackServer,
  extent: Extent,
  chance: Chance,
): Promise<Outcome> {
  const faults: string[] = [];
  let tries = 0;
  for (; goesOn(extent, tries); tries++) {
    const answer = await fetch(`${url}/api/cases`, {
      method: 'POST',
      ...(chance.next() < 0.7 ? { body: spoiltFiles(chance) } : await spoiltForm(chance)),
      signal: AbortSignal.timeout(120_000),
    }).catch((thrown: unknown) => thrown);
    const fault = answer instanceof Response ? await faultOf(answer) : String(answer);
    if (fault !== null) faults.push(`try ${tries}: ${fault}`);
    if (tries % 50 === 0 && !(await isAlive())) faults.push(`try ${tries}: the service is gone`);
  }
  if (!(await isAlive())) faults.push('the service is gone');
  return { name: 'spoilt uploads', tries, faults };
}

function spoiltFiles(chance: Chance): FormData {
  const data = new FormData();
  const pack = (bytes: Buffer) => new Uint8Array(chance.next() < 0.5 ? gzipSync(bytes) : bytes);
  const spoilt = mutate(chance.next() < 0.5 ? gzipSync(dwi) : dwi, chance);
  const fields = chance.next() < 0.5 ? ['dwi', 'adc'] : ['files', 'files'];
  data.append(fields[0], new Blob([new Uint8Array(spoilt)]), 'dwi.nii');
  data.append(fields[1], new Blob([pack(adc)]), 'adc.nii');
  if (chance.next() < 0.2) data.append('b_value', chance.pick(['1000', '-1', 'NaN', '1e400', '']));
  return data;
}

async function spoiltForm(chance: Chance) {
  const sound = new FormData();
  for (const [name, bytes] of Object.entries({ dwi, adc })) {
    sound.append(name, new Blob([new Uint8Array(bytes)]), `${name}.nii`);
  }
  const request = new Request('http://atoll.invalid', { method: 'POST', body: sound });
  const body = new Uint8Array(mutate(Buffer.from(await request.arrayBuffer()), chance));
  return { body, headers: { 'Content-Type': request.headers.get('content-type') ?? '' } };
}

async function faultOf(answer: Response): Promise<string | null> {
  const text = await answer.text();
  if (answer.status === 201) {
    const added = Added.safeParse(JSON.parse(text));
    if (!added.success) return `201 with ${text.slice(0, 200)}`;
    await fetch(added.data.deleteUrl, { method: 'DELETE' });
    return null;
  }
  const problem = Problem.safeParse(tryJson(text));
  if (!problem.success) return `${answer.status} with ${text.slice(0, 200)}`;
  const isFault = answer.status >= 500 && !busy.includes(problem.data.code);
  return isFault ? `${answer.status} ${problem.data.code}: ${problem.data.detail}` : null;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
