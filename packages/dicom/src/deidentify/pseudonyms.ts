import { uidOfHash } from '../seg/uid.ts';

/** What a secret makes of texts: 32 bytes, the same for the same, from which nobody finds back. */
export type KeyedHash = (purpose: string, text: string) => Uint8Array;

/** Names, ids, UIDs and days that stand for those of a patient, always the same ones. */
export class Pseudonyms {
  readonly #hash: KeyedHash;

  constructor(hash: KeyedHash) {
    this.#hash = hash;
  }

  uid(uid: string): string {
    return uidOfHash(this.#hash('uid', uid));
  }

  /** 16 letters and digits. */
  patient(patientId: string): string {
    const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
    return [...this.#hash('patient', patientId).subarray(0, 16)].map((byte) => letters[byte % 32]).join('');
  }

  /** Into the past by one day to ten years. */
  days(patientId: string): number {
    const [a, b, c] = this.#hash('days', patientId);
    return -1 - ((a * 65536 + b * 256 + c) % 3650);
  }
}

/** `YYYYMMDD` at the beginning of a date or of a date and time, so many days later; null where it is none. */
export function shifted(text: string, days: number): string | null {
  const [, year, month, day, rest] = /^(\d{4})(\d{2})(\d{2})(.*)$/s.exec(text) ?? [];
  if (year === undefined) return null;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + days));
  if (Number.isNaN(date.getTime())) return null;
  return `${date.toISOString().slice(0, 10).replaceAll('-', '')}${rest}`;
}
