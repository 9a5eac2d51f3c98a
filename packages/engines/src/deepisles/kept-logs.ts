import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const keptLogs = 20;
const namePattern = /^[0-9a-f]{16}\.log$/;

/**
 * Keeps the end of a run's log for whoever operates this instance, as `logs/<run>.log`; the newest ones alone. It
 * holds no patient's name: DeepISLES is given files of fixed names whose headers are written anew. It is never part of
 * Atoll's own log or of an answer.
 * @returns the sentence that says where it is.
 */
export async function keepLog(folder: string, id: string, text: string): Promise<string> {
  const logs = join(folder, 'logs');
  try {
    await mkdir(logs, { recursive: true, mode: 0o700 });
    await writeFile(join(logs, `${id}.log`), text, { mode: 0o600 });
    const names = (await readdir(logs)).filter((name) => namePattern.test(name));
    const aged = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(logs, name))).mtimeMs })),
    );
    for (const { name } of aged.sort((a, b) => b.at - a.at).slice(keptLogs)) await rm(join(logs, name));
  } catch {
    return 'The end of its log could not be saved.';
  }
  return `The end of its log is in the data folder as deepisles/logs/${id}.log.`;
}
