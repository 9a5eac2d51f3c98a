import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isExactOrigin, nearestOrigin } from './origin.ts';

/** How the texts of settings are read, each with a fault that says what is wanted. */

export const wholeNumber = (first: number, last: number) => {
  const message = `a whole number from ${first} to ${last} is required`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .pipe(z.number().min(first, message).max(last, message));
};

export const onOrOff = z
  .enum(['on', 'off'], { error: 'must be on or off' })
  .transform((text) => text === 'on');

export const yesOrNo = z
  .enum(['yes', 'no'], { error: 'must be yes or no' })
  .transform((text) => text === 'yes');

const listOf = (check: (entry: string) => string | null) =>
  z.string().transform((text, context) => {
    const entries = text.split(',').map((entry) => entry.trim());
    // `none` empties a list whose default is not empty: an empty text would mean the default.
    const present = [...new Set(entries.filter((entry) => entry !== '' && entry !== 'none'))];
    for (const entry of present) {
      const fault = check(entry);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    }
    return present;
  });

export const origins = listOf((entry) => {
  if (isExactOrigin(entry)) return null;
  const guess = nearestOrigin(entry);
  const hint = guess === null ? '' : `; did you mean ${guess}?`;
  return `"${entry}" is not an exact origin (scheme://host or scheme://host:port, nothing after it)${hint}`;
});

export const proxies = listOf((entry) => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry) || isIP(entry) !== 0) return null;
  const [, address, bits] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? [];
  const family = isIP(address ?? '');
  if (family !== 0 && Number(bits) <= (family === 4 ? 32 : 128)) return null;
  return `"${entry}" is neither an address, nor a range such as 10.0.0.0/8, nor loopback, linklocal or uniquelocal`;
});

/** Names of groups, or of anything else, in which a comma cannot be. */
export const names = listOf((entry) =>
  entry.length <= 200 && !/\p{Cc}/u.test(entry) ? null : `"${entry.slice(0, 40)}" is not a name`,
);

/** Letter by letter as the provider states it: with a slash at the end or without one. */
export const issuerUrl = z.string().transform((text, context) => {
  const plain = publicUrl.safeParse(text);
  if (plain.success) return plain.data === null ? null : text;
  context.addIssue({ code: 'custom', message: `"${text}" is not an http or https address` });
  return z.NEVER;
});

/** Scopes of OAuth, separated by spaces. */
export const oidcScopes = z.string().transform((text, context) => {
  const scopes = [...new Set(text.split(/[\s,]+/).filter((scope) => scope !== ''))];
  if (scopes.includes('openid') && scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(scope)))
    return scopes.join(' ');
  context.addIssue({ code: 'custom', message: 'scopes are required, openid among them' });
  return z.NEVER;
});

export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'the name of an HTTP header is required')
  .transform((text) => text.toLowerCase());

export const path = z
  .string()
  .transform((text) => (text === '' ? null : resolve(text.replace(/^~(?=\/|$)/, homedir()))));

export const dataset = z.string().transform((text, context) => {
  if (text === '') return null;
  const parts = text.split('/');
  if (parts.length === 2 && parts.every((part) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/.test(part)))
    return text;
  context.addIssue({ code: 'custom', message: `"${text}" does not have the form owner/name` });
  return z.NEVER;
});

export const commit = z
  .string()
  .regex(
    /^([0-9a-f]{40})?$/,
    'a commit of 40 hexadecimal digits is required; a branch can change at any time',
  )
  .transform((text) => (text === '' ? null : text));

export const databaseUrl = z.string().transform((text, context) => {
  if (text === '') return null;
  if (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)) return text;
  // It holds a password: the fault must not repeat it.
  const message = 'a URL such as postgres://user:password@host:5432/atoll is required';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

export const bucketUrl = z.string().transform((text, context) => {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && isExactOrigin(url.origin) && url.username === '' && url.search === '') return text;
  context.addIssue({
    code: 'custom',
    message: 'the URL of a bucket is required, such as https://s3.example.org/atoll',
  });
  return z.NEVER;
});

/** As the value of an Authorization header. The fault must not repeat the secret. */
export const httpCredentials = z.string().transform((text, context) => {
  if (text === '') return null;
  if (/^Bearer [\x21-\x7e]+$/.test(text)) return text;
  if (/^[^:\s]+:./.test(text)) return `Basic ${Buffer.from(text).toString('base64')}`;
  context.addIssue({ code: 'custom', message: 'user:password, or Bearer followed by a token, is required' });
  return z.NEVER;
});

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const longestSeconds = 3650 * secondsOf.d;

/** A number of seconds, or with a unit: 90s, 15m, 12h, 7d. */
export const duration = z.string().transform((text, context) => {
  const [, figure, unit] = /^(\d{1,9})\s*([smhd]?)$/.exec(text) ?? [];
  const factor = unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? secondsOf[unit] : 1;
  const seconds = Number(figure) * factor;
  if (seconds <= longestSeconds) return seconds;
  context.addIssue({ code: 'custom', message: 'a time such as 90s, 15m, 12h or 7d is required' });
  return z.NEVER;
});

export const engineTimeouts = z.string().transform((text, context) => {
  const timeouts = new Map<string, number>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [, engine, time] = /^\s*([a-z0-9-]{1,64})=(\S+)\s*$/.exec(entry) ?? [];
    const seconds = duration.safeParse(time);
    if (engine === undefined || !seconds.success || seconds.data === 0) {
      context.addIssue({ code: 'custom', message: `"${entry.trim()}" does not have the form diffusion=2m` });
    } else {
      timeouts.set(engine, seconds.data);
    }
  }
  return timeouts;
});

export const gpuIndexes = z.string().transform((text, context) => {
  if (text === '') return null;
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => /^\d{1,3}$/.test(part))) return [...new Set(parts.map(Number))];
  context.addIssue({ code: 'custom', message: 'GPU numbers are required, such as 0,1' });
  return z.NEVER;
});

export const durationOrNever = z.union([z.literal('never').transform(() => null), duration]);

export const publicUrl = z.string().transform((text, context) => {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.search === '' && url.hash === '' && url.username === '';
  if (plain && isExactOrigin(url.origin)) return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`;
  context.addIssue({ code: 'custom', message: `"${text}" is not an http or https address` });
  return z.NEVER;
});
