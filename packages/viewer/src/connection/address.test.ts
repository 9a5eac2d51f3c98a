import { describe, expect, it } from 'vitest';
import { chooseAddress } from './address.ts';

const page = 'https://reader.static.hf.space/';
const api = 'https://reader-atoll.hf.space';
const hosted = { variables: { ATOLL_API_URL: 'https://by-variable.hf.space/' } };

describe('the page’s service', () => {
  it('is its own origin when nothing says otherwise', () => {
    for (const config of [null, {}, { api: null, allowedApis: [] }, '<html>', { api: 7 }]) {
      expect(chooseAddress({ href: page, config, host: undefined })).toEqual({
        url: '',
        isOwn: true,
        refused: null,
      });
    }
    expect(chooseAddress({ href: page, config: { api: new URL(page).origin }, host: null }).url).toBe('');
  });

  it('is asked below the path that a proxy has put the page at', () => {
    for (const href of ['https://lab.org/tools/atoll/?case=a', 'https://lab.org/tools/atoll/index.html']) {
      expect(chooseAddress({ href, config: null, host: null })).toMatchObject({
        url: '/tools/atoll',
        isOwn: true,
      });
    }
  });

  it('is what config.json names, before what the host’s variable names', () => {
    expect(chooseAddress({ href: page, config: { api: `${api}/` }, host: hosted }).url).toBe(api);
    expect(chooseAddress({ href: page, config: { api: null }, host: hosted }).url).toBe(
      'https://by-variable.hf.space',
    );
  });

  it('is what the link names only if config.json allows it, letter by letter', () => {
    const config = { api, allowedApis: ['https://lab.example.org'] };
    const asking = (text: string) =>
      chooseAddress({ href: `${page}?case=a&api=${text}`, config, host: null });
    expect(asking('https://lab.example.org')).toMatchObject({
      url: 'https://lab.example.org',
      isOwn: false,
      refused: null,
    });
    expect(asking(api)).toMatchObject({ url: api, refused: null });
    for (const stranger of [
      'https://evil.example.org',
      'https://lab.example.org.evil.org',
      'https://lab.example.org:8443',
      'http://lab.example.org',
      'javascript:alert(1)',
      'https://user@lab.example.org',
    ]) {
      expect(asking(stranger)).toMatchObject({ url: api, refused: stranger });
    }
  });

  it('is never an address that is not of the web', () => {
    expect(chooseAddress({ href: page, config: { api: 'file:///etc/passwd' }, host: null }).url).toBe('');
  });
});
