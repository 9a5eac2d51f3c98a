import { AtollError } from '@atoll/errors/error';
import { formatLine, loggerOptions } from '@atoll/instance/log';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { AnswerLog } from './answer-log.ts';
import { answerProblems } from './problems.ts';

const caseId = 'sub-stroke0042';

/** Answers three requests, one of which fails inside. @returns what was logged. */
async function logOf(logFormat: 'json' | 'text', logLevel: 'info' | 'debug' = 'debug'): Promise<string> {
  let text = '';
  const sink = { write: (line: string) => (text += line) };
  const server = Fastify({
    logger: loggerOptions({ logLevel, logFormat }, sink, false),
    logController: new AnswerLog(),
    genReqId: () => 'abc123',
  });
  answerProblems(server);
  server.get('/files/:caseId', async () => 'a file');
  server.post('/fail/:caseId', async () => {
    const cause = Object.assign(new Error(`ENOENT: /data/${caseId}`), { code: 'ENOENT' });
    throw new AtollError('INTERNAL', undefined, { cause });
  });
  await server.inject({ url: `/files/${caseId}?name=${caseId}` });
  await server.inject({ method: 'POST', url: `/fail/${caseId}`, payload: { case_id: caseId } });
  await server.inject({ url: `/nothing/${caseId}` });
  await server.close();
  return text;
}

describe('the log', () => {
  it('never names a case, an address or a query, and has the id of the request on every line', async () => {
    for (const format of ['json', 'text'] as const) {
      const text = await logOf(format);
      expect(text).not.toContain(caseId);
      expect(text).not.toContain('name=');
      expect(text).not.toContain('127.0.0.1');
      expect(text.match(/abc123/g)).toHaveLength(4);
    }
  });

  it('names requests by the pattern of their route, and where an error came from', async () => {
    const lines = (await logOf('json')).trim().split('\n');
    const records = lines.map((line) => JSON.parse(line));
    expect(records[0]).toMatchObject({
      level: 20,
      reqId: 'abc123',
      req: { method: 'GET', route: '/files/:caseId' },
      res: { status: 200 },
    });
    expect(records[1]).toMatchObject({
      level: 50,
      msg: 'INTERNAL',
      err: {
        type: 'AtollError',
        message: 'INTERNAL',
        stack: expect.stringContaining('answer-log.test.ts'),
        cause: { type: 'Error', message: 'ENOENT' },
      },
    });
    expect(records[2]).toMatchObject({ level: 40, req: { route: '/fail/:caseId' }, res: { status: 500 } });
    expect(records[3]).toMatchObject({ req: { route: null }, res: { status: 404 } });
  });

  it('bears a text that was thrown, as some libraries do, and does not repeat it', async () => {
    let text = '';
    const sink = { write: (line: string) => (text += line) };
    const server = Fastify({ logger: loggerOptions({ logLevel: 'debug', logFormat: 'json' }, sink, false) });
    answerProblems(server);
    server.get('/', async () => Promise.reject('attempt to read MUSTERMANN past the end'));
    const answer = await server.inject('/');
    await server.close();
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'INTERNAL']);
    expect(text).toContain('"type":"string"');
    expect(text).not.toContain('MUSTERMANN');
  });

  it('is quiet about answers that went well and changed nothing', async () => {
    expect(await logOf('text', 'info')).not.toContain('/files/:caseId');
  });

  it('can be read by people', async () => {
    const text = await logOf('text');
    expect(text).toMatch(/^\d\d:\d\d:\d\d debug GET \/files\/:caseId 200 in \d+ ms \(request abc123\)$/m);
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d error INTERNAL \(request abc123\)\n {4}AtollError INTERNAL\n {4}at .*answer-log\.test\.ts/m,
    );
    expect(text).toMatch(/^ {4}Error ENOENT$/m);
    expect(text).toMatch(/ warn {2}GET unknown address 404 /);
    expect(formatLine('{"level":30,"time":0,"msg":"stopping"}')).toBe('00:00:00 info  stopping');
  });
});
