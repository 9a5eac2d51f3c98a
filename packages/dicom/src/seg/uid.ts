/**
 * Gives the UID of each part of an object by the part's name. Random where nothing else is said; whoever may have to
 * write the same object again gives the same UIDs again, so that an archive knows it.
 */
export type UidOf = (part: string) => string;

/** A new UID of the root that needs no registration: 2.25 and a random UUID as a decimal number (DICOM PS3.5 B.2). */
export function newUid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  return uidOfBytes(bytes);
}

/** The UID of 16 bytes that are as good as random, such as a hash’s: as a UUID of a form of our own (version 8). */
export function uidOfHash(hash: Uint8Array): string {
  const bytes = hash.slice(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  return uidOfBytes(bytes);
}

function uidOfBytes(bytes: Uint8Array): string {
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return `2.25.${bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n)}`;
}
