import type { Chance } from './chance.ts';

/** Numbers that headers are not prepared for. */
const odd = [
  0,
  -1,
  1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e-9,
  -1e-9,
  1e9,
  1e30,
  32_767,
  -32_768,
  2 ** 31 - 1,
];

/** Ways to spoil a file; each returns a new one. */
const ways: readonly ((file: Buffer, chance: Chance) => Buffer)[] = [
  function flipBits(file, chance) {
    const out = Buffer.from(file);
    for (let n = 1 + chance.below(8); n > 0; n--) out[chance.below(out.length)] ^= 1 << chance.below(8);
    return out;
  },
  function cutOff(file, chance) {
    return file.subarray(0, chance.below(file.length));
  },
  function writeFloat(file, chance) {
    const out = Buffer.from(file);
    const at = chance.below(Math.max(1, Math.min(544, out.length) - 8));
    if (chance.next() < 0.5) out.writeFloatLE(chance.pick(odd), at);
    else out.writeInt16LE(chance.pick([0, -1, 1, 7, 32_767, -32_768]), at);
    return out;
  },
  function repeatPart(file, chance) {
    const start = chance.below(file.length);
    const part = file.subarray(start, start + 1 + chance.below(2000));
    return Buffer.concat([file.subarray(0, start), part, part, file.subarray(start)]);
  },
  function leaveOut(file, chance) {
    const start = chance.below(file.length);
    return Buffer.concat([file.subarray(0, start), file.subarray(start + 1 + chance.below(500))]);
  },
  function fill(file, chance) {
    const out = Buffer.from(file);
    const start = chance.below(out.length);
    return out.fill(
      chance.pick([0, 32, 0x3d, 255]),
      start,
      Math.min(out.length, start + 1 + chance.below(4000)),
    );
  },
  function append(file, chance) {
    return Buffer.concat([file, Buffer.alloc(chance.below(3000), chance.below(256))]);
  },
];

/** The file, spoilt in one to three ways. */
export function mutate(file: Uint8Array, chance: Chance): Buffer {
  let out = Buffer.from(file);
  for (let n = 1 + chance.below(3); n > 0 && out.length > 8; n--)
    out = Buffer.from(chance.pick(ways)(out, chance));
  return out;
}
