import { describe, expect, it } from 'vitest';
import { createClient, ServiceError, UnreachableError } from './client.ts';

const answering = (answer: () => Promise<Response>) => createClient('https://service.example.org', answer);
const failing = async (answer: () => Promise<Response>) =>
  answering(answer)
    .listCases()
    .then(
      () => expect.unreachable(),
      (thrown: unknown) => thrown,
    );
const html = { 'Content-Type': 'text/html; charset=utf-8' };

describe('the client tells apart', () => {
  it.each([
    ['Chromium', 'Failed to fetch'],
    ['Firefox', 'NetworkError when attempting to fetch resource.'],
    ['Safari', 'Load failed'],
  ])('nobody there, in the words of %s', async (_browser, words) => {
    const error = await failing(() => Promise.reject(new TypeError(words)));
    expect(error).toMatchObject({ name: 'UnreachableError', absence: 'no-answer', status: null });
  });

  it.each([502, 503, 504])('a gateway that answers %i in the service’s place', async (status) => {
    const headers = { ...html, 'Retry-After': '9' };
    const error = await failing(async () => new Response('<h1>Bad gateway</h1>', { status, headers }));
    expect(error).toMatchObject({ absence: 'gateway', status, retryAfterSeconds: 9 });
  });

  it('a host’s page of status 200 that says it is waking the service', async () => {
    const error = await failing(async () => new Response('<p>Preparing Space</p>', { headers: html }));
    expect(error).toMatchObject({ absence: 'wake-page' });
  });

  it('a stranger: another service’s success or refusal', async () => {
    const json = { 'Content-Type': 'application/json' };
    expect(await failing(async () => new Response('{"cases": 7}', { headers: json }))).toMatchObject({
      absence: 'stranger',
    });
    expect(await failing(async () => new Response('Not found', { status: 404 }))).toMatchObject({
      absence: 'stranger',
      status: 404,
    });
  });

  it('an answer that breaks off', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError('network error')),
    });
    const error = await failing(async () => new Response(body));
    expect(error).toMatchObject({ absence: 'no-answer' });
  });

  it('the service itself that is busy, with its code and the time to wait as seconds or as a date', async () => {
    const problem = { detail: 'Full.', code: 'QUEUE_FULL', action: 'Wait.' };
    const asking = (retryAfter: string) =>
      failing(async () => Response.json(problem, { status: 503, headers: { 'Retry-After': retryAfter } }));
    expect(await asking('30')).toBeInstanceOf(ServiceError);
    expect(await asking('30')).toMatchObject({ problem, retryAfterSeconds: 30 });
    const dated = await asking(new Date(Date.now() + 60_000).toUTCString());
    expect(dated).toBeInstanceOf(ServiceError);
    if (dated instanceof ServiceError) expect(dated.retryAfterSeconds).toBeCloseTo(60, -1);
    expect(await asking('soon')).toMatchObject({ retryAfterSeconds: null });
  });

  it('its own abort, which is no failure of the service', async () => {
    const leaving = new AbortController();
    leaving.abort();
    const asked = createClient('', () => Promise.reject(leaving.signal.reason)).listCases(leaving.signal);
    await expect(asked).rejects.not.toBeInstanceOf(UnreachableError);
  });
});
