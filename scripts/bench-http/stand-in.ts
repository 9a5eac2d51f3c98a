import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { type Subject, startProcess } from './subject.ts';

const environment = join(import.meta.dirname, '../../.cache/fastapi');
const python = join(environment, 'bin/python');
/** Pinned, so that what is measured against stays the same. */
const packages = ['fastapi==0.165.0', 'uvicorn[standard]==0.54.0'];

/** Makes the environment of the stand-in once. @returns whether it can run here. */
export function ensureFastApi(): boolean {
  const works = () => existsSync(python) && spawnSync(python, ['-c', 'import fastapi, uvicorn']).status === 0;
  if (works()) return true;
  spawnSync('python3', ['-m', 'venv', environment], { stdio: ['ignore', 2, 2] });
  spawnSync(python, ['-m', 'pip', 'install', '-q', ...packages], { stdio: ['ignore', 2, 2] });
  return works();
}

/** The FastAPI service, or, where PyPI is out of reach, a bare node:http as the limit of what Node can do. */
export async function startStandIn(folder: string, file: Uint8Array, isFastApi: boolean): Promise<Subject> {
  const files = join(folder, 'stand-in/done/sub-stroke0001');
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'lesion_msk.nii.gz'), file);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const script = join(import.meta.dirname, isFastApi ? 'stand-in.py' : 'bare-http.ts');
  const command = [isFastApi ? python : process.execPath, script, String(port), join(folder, 'stand-in')];
  return {
    name: isFastApi ? 'stand-in' : 'bare node:http',
    url,
    jobPath: '/api/jobs/done',
    filePath: '/files/done/sub-stroke0001/lesion_msk.nii.gz',
    body: JSON.stringify({ case_id: 'sub-stroke0001', fast_mode: true }),
    ...(await startProcess(command, url, {}, join(folder, 'stand-in.log'))),
  };
}
