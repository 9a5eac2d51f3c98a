import { sha256 as plainSha256 } from '@noble/hashes/sha2.js';

/** SHA-256 in hexadecimal. Browsers have their own only on pages that came over https or from this machine. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest =
    globalThis.crypto?.subtle === undefined
      ? plainSha256(bytes)
      : new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
