import { describe, expect, it } from 'vitest';
import { decodeText } from './text.ts';

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Names of the standard's own examples (PS3.5 annexes H, I and J). */
describe('text of a DICOM file', () => {
  it('is Latin-1 where it says so or says nothing', () => {
    expect(decodeText(bytes('4dfc6c6c657220'), ['ISO_IR 100'])).toBe('Müller');
    expect(decodeText(bytes('4dfc6c6c6572'), [''])).toBe('Müller');
  });

  it('is UTF-8, Greek or Cyrillic where it says so', () => {
    expect(decodeText(new TextEncoder().encode('Wang^XiaoDong=王^小东'), ['ISO_IR 192'])).toBe(
      'Wang^XiaoDong=王^小东',
    );
    expect(decodeText(bytes('c4e9efedf5f3e9eff2'), ['ISO_IR 126'])).toBe('Διονυσιος');
    expect(decodeText(bytes('bbeeda'), ['ISO_IR 144'])).toBe('Люк');
  });

  it('is Japanese by escapes', () => {
    const name = '59616d6164615e5461726f753d1b24423b3345441b28425e1b244242404f3a1b2842';
    expect(decodeText(bytes(name), ['', 'ISO 2022 IR 87'])).toBe('Yamada^Tarou=山田^太郎');
  });

  it('is Korean and Chinese by escapes', () => {
    expect(decodeText(bytes('486f6e673d1b242943fbf35e1b242943d1ced4d7'), ['', 'ISO 2022 IR 149'])).toBe(
      'Hong=洪^吉洞',
    );
    expect(decodeText(bytes('5a68616e673d1b242941d5c5'), ['', 'ISO 2022 IR 58'])).toBe('Zhang=张');
  });

  it('is refused rather than read wrong', () => {
    expect(() => decodeText(bytes('ff'), ['ISO_IR 192'])).toThrow('does not fit');
    expect(() => decodeText(bytes('41'), ['ISO_IR 999'])).toThrow('not known');
  });
});
