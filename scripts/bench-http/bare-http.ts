/** What Node can do at most: the stand-in's answers out of memory, without a framework. Arguments: port, folder. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [port, folder] = process.argv.slice(2);
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const answers = new Map([
  ['/health', json({ status: 'healthy' })],
  ['/api/cases', json({ cases: Array.from({ length: 149 }, (_, at) => `sub-stroke${1000 + at}`) })],
  ['/api/jobs/done', json({ jobId: 'done', status: 'completed', progress: 100, result: null, error: null })],
  ['/api/segment', json({ jobId: 'done', status: 'pending', message: '' })],
  [
    '/files/done/sub-stroke0001/lesion_msk.nii.gz',
    readFileSync(join(folder, 'done/sub-stroke0001/lesion_msk.nii.gz')),
  ],
]);

createServer((request, response) => {
  const body = answers.get(request.url ?? '');
  request.resume();
  response.writeHead(body === undefined ? 404 : 200, { 'Content-Length': body?.length ?? 0 });
  response.end(body);
}).listen(Number(port), '127.0.0.1');
