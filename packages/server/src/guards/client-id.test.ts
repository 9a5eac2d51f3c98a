import { describe, expect, it } from 'vitest';
import { clientId } from './client-id.ts';

describe('the id of a client', () => {
  it('is the same for the same address and does not show it', () => {
    expect(clientId('192.0.2.7')).toBe(clientId('192.0.2.7'));
    expect(clientId('192.0.2.7')).not.toBe(clientId('192.0.2.8'));
    expect(clientId('192.0.2.7')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('takes all addresses of one IPv6 network for one client, however they are written', () => {
    const same = ['2001:db8:0:1::1', '2001:0db8:0:1:ffff::2', '2001:db8::1:0:0:0:9', '2001:db8:0:1:2:3:4:5'];
    expect(new Set(same.map(clientId)).size).toBe(1);
    expect(clientId('2001:db8:0:2::1')).not.toBe(clientId(same[0]));
    expect(clientId('::ffff:192.0.2.7')).not.toBe(clientId('::ffff:192.0.2.8'));
  });
});
