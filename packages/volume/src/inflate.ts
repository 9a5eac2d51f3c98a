import { crc32 } from './crc32.ts';

/** How inflating ended: all of it, at the limit, at a premature end of the input, or at a fault in it. */
export type Inflated = { readonly bytes: Uint8Array; readonly end: 'complete' | Fault };
export type Fault = 'limit' | 'truncated' | 'corrupt';

/**
 * Inflates gzip in plain code, for what the platforms' own inflaters cannot do: hand over the first bytes at
 * once, go through several members in a row, and tell a file that was cut off from one that is damaged. What
 * came out before a fault is handed back with it. Bytes after the last member are passed over when they do not
 * begin another one, as gzip itself does.
 * Source: RFC 1951 (deflate) and RFC 1952 (gzip).
 * @param limitBytes the most that comes out; memory stays within three times that.
 */
export function inflateGzip(bytes: Uint8Array, limitBytes: number): Inflated {
  const input = new BitInput(bytes);
  const output = new Output(limitBytes);
  try {
    do {
      skipMemberHeader(input);
      output.beginMember();
      inflateBlocks(input, output);
      checkTrailer(input, output.member());
    } while (input.peek(0) === 0x1f && input.peek(1) === 0x8b);
    return { bytes: output.all(), end: 'complete' };
  } catch (thrown) {
    if (thrown instanceof Stop) return { bytes: output.all(), end: thrown.fault };
    throw thrown;
  }
}

/** How long the header of the member is that these bytes begin with. */
export function memberHeaderBytes(bytes: Uint8Array): number | Fault {
  const input = new BitInput(bytes);
  try {
    skipMemberHeader(input);
    return input.place;
  } catch (thrown) {
    if (thrown instanceof Stop) return thrown.fault;
    throw thrown;
  }
}

class Stop extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

function skipMemberHeader(input: BitInput): void {
  const head = input.bytes(10);
  const flags = head[3];
  if (head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8 || flags > 0x1f) throw new Stop('corrupt');
  if (flags & 4) input.bytes(input.bits(16)); // extra field
  for (const text of [8, 16]) if (flags & text) while (input.bits(8) !== 0); // file name, comment
  if (flags & 2) input.bytes(2); // checksum of this header
}

function checkTrailer(input: BitInput, member: Uint8Array): void {
  const trailer = input.bytes(8);
  const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
  const sound = view.getUint32(0, true) === crc32(member) && view.getUint32(4, true) === member.length >>> 0;
  if (!sound) throw new Stop('corrupt');
}

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function inflateBlocks(input: BitInput, output: Output): void {
  for (let last = 0; last === 0; ) {
    last = input.bits(1);
    const kind = input.bits(2);
    if (kind === 0) copyStored(input, output);
    else if (kind === 1) decode(input, output, fixedLiterals, fixedDistances);
    else if (kind === 2) decode(input, output, ...readCodes(input));
    else throw new Stop('corrupt');
  }
  input.toByte();
}

function copyStored(input: BitInput, output: Output): void {
  input.toByte();
  const length = input.bits(16);
  if ((length ^ input.bits(16)) !== 0xffff) throw new Stop('corrupt');
  output.append(input.bytes(length));
}

function decode(input: BitInput, output: Output, literals: Code, distances: Code): void {
  for (;;) {
    const symbol = input.symbol(literals);
    if (symbol < 256) {
      output.byte(symbol);
      continue;
    }
    if (symbol === 256) return;
    const lengthCode = symbol - 257;
    if (lengthCode >= lengthBase.length) throw new Stop('corrupt');
    const length = lengthBase[lengthCode] + input.bits(lengthExtra[lengthCode]);
    const distanceCode = input.symbol(distances);
    if (distanceCode >= distanceBase.length) throw new Stop('corrupt');
    const distance = distanceBase[distanceCode] + input.bits(distanceCode < 2 ? 0 : (distanceCode >> 1) - 1);
    output.repeat(distance, length);
  }
}

/** The two codes of a dynamic block, themselves run-length and Huffman coded. */
function readCodes(input: BitInput): [Code, Code] {
  const literalCount = input.bits(5) + 257;
  const distanceCount = input.bits(5) + 1;
  const codeLengthCount = input.bits(4) + 4;
  const codeLengths = new Uint8Array(19);
  for (let i = 0; i < codeLengthCount; i++) codeLengths[codeLengthOrder[i]] = input.bits(3);
  const code = buildCode(codeLengths);
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length; ) {
    const symbol = input.symbol(code);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw new Stop('corrupt');
    const value = symbol === 16 ? lengths[i - 1] : 0;
    const times = symbol === 16 ? 3 + input.bits(2) : symbol === 17 ? 3 + input.bits(3) : 11 + input.bits(7);
    if (i + times > lengths.length) throw new Stop('corrupt');
    lengths.fill(value, i, i + times);
    i += times;
  }
  return [buildCode(lengths.subarray(0, literalCount)), buildCode(lengths.subarray(literalCount))];
}

/** A prefix code as one table over its longest word: symbol · 16 + length of the word; 0 where there is none. */
type Code = { readonly table: Uint16Array; readonly longest: number };

function buildCode(lengths: Uint8Array): Code {
  const longest = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << longest);
  let word = 0;
  for (let length = 1; length <= longest; length++, word <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (word >= 1 << length) throw new Stop('corrupt'); // more words than there is room for
      for (let at = reversed(word++, length); at < table.length; at += 1 << length) {
        table[at] = (symbol << 4) | length;
      }
    }
  }
  return { table, longest };
}

function reversed(word: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((word >> i) & 1) << (length - 1 - i);
  return out;
}

const fixedLiterals = buildCode(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const fixedDistances = buildCode(new Uint8Array(30).fill(5));

/** Reads bits from the least significant end of each byte, as deflate packs them. */
class BitInput {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whole bytes that were taken. */
  get place(): number {
    return this.#at - (this.#count >> 3);
  }

  bits(wanted: number): number {
    this.#fill(wanted);
    if (this.#count < wanted) throw new Stop('truncated');
    return this.#take(wanted);
  }

  symbol({ table, longest }: Code): number {
    this.#fill(longest);
    const entry = table[this.#held & ((1 << longest) - 1)];
    if ((entry & 15) > this.#count) throw new Stop('truncated');
    if (entry === 0) throw new Stop(this.#count < longest ? 'truncated' : 'corrupt');
    this.#take(entry & 15);
    return entry >> 4;
  }

  /** Drops the rest of a byte, and gives back the whole bytes that were read ahead. */
  toByte(): void {
    this.#at -= this.#count >> 3;
    this.#held = 0;
    this.#count = 0;
  }

  /** Whole bytes, from the start of a byte. */
  bytes(count: number): Uint8Array {
    this.toByte();
    if (this.#at + count > this.#bytes.length) throw new Stop('truncated');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The byte `ahead` of the place reached; undefined beyond the end. */
  peek(ahead: number): number | undefined {
    return this.#bytes[this.#at + ahead];
  }

  #fill(wanted: number): void {
    while (this.#count < wanted && this.#at < this.#bytes.length) {
      this.#held |= this.#bytes[this.#at++] << this.#count;
      this.#count += 8;
    }
  }

  #take(count: number): number {
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }
}

/** What has come out: a buffer that doubles up to the limit. */
class Output {
  readonly #limit: number;
  #buffer: Uint8Array;
  #length = 0;
  #memberStart = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#buffer = new Uint8Array(Math.min(limit, 1 << 15));
  }

  beginMember(): void {
    this.#memberStart = this.#length;
  }

  member(): Uint8Array {
    return this.#buffer.subarray(this.#memberStart, this.#length);
  }

  all(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#buffer.length) this.#room(1);
    this.#buffer[this.#length++] = value;
  }

  append(bytes: Uint8Array): void {
    const fits = this.#room(bytes.length);
    this.#buffer.set(bytes.subarray(0, fits), this.#length);
    this.#length += fits;
    if (fits < bytes.length) throw new Stop('limit');
  }

  /** Repeats what stands `distance` bytes back; source and copy may overlap. */
  repeat(distance: number, count: number): void {
    if (distance > this.#length - this.#memberStart) throw new Stop('corrupt');
    const fits = this.#room(count);
    const buffer = this.#buffer;
    const end = this.#length + fits;
    for (let at = this.#length; at < end; at++) buffer[at] = buffer[at - distance];
    this.#length = end;
    if (fits < count) throw new Stop('limit');
  }

  /** Makes room, and says for how many bytes there is some; never none. */
  #room(wanted: number): number {
    const needed = this.#length + wanted;
    if (needed <= this.#buffer.length) return wanted;
    if (this.#length === this.#limit) throw new Stop('limit');
    const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, 2 * this.#buffer.length)));
    larger.set(this.all());
    this.#buffer = larger;
    return Math.min(wanted, this.#limit - this.#length);
  }
}
