import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { asksToWait, catalogue, codesMetIn, isErrorCode, isFull, mayPass } from './catalogue.ts';

const codes = Object.keys(catalogue).filter(isErrorCode);
const Subject = z.record(z.string(), z.record(z.string(), z.unknown()));

describe('the catalogue of errors', () => {
  it('holds each code of its subjects once', async () => {
    const folder = join(import.meta.dirname, 'codes');
    const named: string[] = [];
    for (const file of readdirSync(folder)) {
      const subject = Subject.parse({ ...(await import(join(folder, file))) });
      named.push(...Object.values(subject).flatMap((rows) => Object.keys(rows)));
    }
    expect(named.toSorted()).toEqual(codes.toSorted());
  });

  it('says sentence and cure as sentences, and where each code is met', () => {
    for (const code of codes) {
      const { sentence, action, where } = catalogue[code];
      expect(sentence, code).toMatch(/^[A-Z].*\.$/);
      expect(action, code).not.toBe('');
      expect(where, code).not.toEqual([]);
    }
  });

  it('answers 429 and 503 only with what passes by itself, so that waiting is worth it', () => {
    const waits = codes.filter((code) => [429, 503].includes(catalogue[code].status));
    expect(waits.filter((code) => !asksToWait(code))).toEqual([]);
    expect(codes.filter((code) => isFull(code) && !asksToWait(code))).toEqual([]);
  });

  it('never asks again for what the images or the request are at fault for', () => {
    const faults = codes.filter((code) => mayPass(code) && catalogue[code].status < 500);
    expect(faults.toSorted()).toEqual([
      'RATE_LIMITED',
      'REQUEST_TIMED_OUT',
      'TOO_MANY_JOBS',
      'TOO_MANY_UPLOADS',
    ]);
  });

  it('knows which codes a job can end with', () => {
    expect(codesMetIn('job')).toContain('ENGINE_FAILED');
    expect(codesMetIn('job')).not.toContain('PORT_IN_USE');
  });
});
