import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDicomTools, orthancPlugin, orthancProgram } from '../../../scripts/dicom-tools.ts';
import { freePort } from '../../../scripts/free-port.ts';

/** A real Orthanc with its DICOMweb plugin, in a scratch folder on a free port, that wants a password. */
export class OrthancServer {
  readonly user = 'atoll';
  readonly password = 'kept-out-of-logs';
  readonly #port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number, more: Readonly<Record<string, unknown>>) {
    this.#port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'atoll-orthanc-'));
    const settings = {
      Name: 'Atoll tests',
      StorageDirectory: join(this.#folder, 'storage'),
      IndexDirectory: join(this.#folder, 'index'),
      Plugins: [orthancPlugin],
      HttpPort: port,
      HttpBindAddresses: ['127.0.0.1'],
      RemoteAccessAllowed: false,
      AuthenticationEnabled: true,
      RegisteredUsers: { [this.user]: this.password },
      DicomServerEnabled: false,
      DicomWeb: { Enable: true, Root: '/dicom-web/' },
      // A client whose service was killed must not wait for minutes.
      HttpTimeout: 60,
      ...more,
    };
    writeFileSync(join(this.#folder, 'orthanc.json'), JSON.stringify(settings));
    this.#process = spawn(orthancProgram, [join(this.#folder, 'orthanc.json')], {
      cwd: this.#folder,
      stdio: 'ignore',
    });
  }

  /** @param more settings of Orthanc's own. */
  static async start(more: Readonly<Record<string, unknown>> = {}): Promise<OrthancServer> {
    ensureDicomTools();
    const server = new OrthancServer(await freePort(), more);
    for (;;) {
      if (server.#process.exitCode !== null) throw new Error('Orthanc ended instead of starting.');
      const answer = await server.get('/studies').catch(() => null);
      if (answer?.ok) return server;
      await sleep(50);
    }
  }

  /** Root of its DICOMweb service. */
  get root(): string {
    return `http://127.0.0.1:${this.#port}/dicom-web`;
  }

  /** Asks its own REST API. @throws Error where it does not do it. */
  async rest(path: string, init: { readonly method?: string; readonly body?: string | Uint8Array } = {}) {
    const { method = 'GET', body } = init;
    const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: { Authorization: this.basic },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    if (!answer.ok) throw new Error(`Orthanc: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  get basic(): string {
    return `Basic ${btoa(`${this.user}:${this.password}`)}`;
  }

  get(path: string, accept = 'application/dicom+json'): Promise<Response> {
    return fetch(this.root + path, { headers: { Authorization: this.basic, Accept: accept } });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      // Nothing of it is to last.
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
