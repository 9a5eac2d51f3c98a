import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ask, buildArguments, type ContainerEngine, containerCache, must } from './engine.ts';

/** What the Dockerfiles begin with. */
const nodeBase = 'docker.io/library/node:24-bookworm-slim';
/** Changes with what is in it. */
const debianBase = 'localhost/atoll-test-debian:2';
const contents = `${debianBase} ${process.version}`;
const suite = 'bookworm';
const mirror = 'http://deb.debian.org/debian';

/**
 * The image that the Dockerfiles begin with: where no registry is asked it is made here, of Debian's packages, this
 * Node and this npm, and takes the registry's name.
 */
function ensureBases(engine: ContainerEngine): void {
  if (!engine.makesBases) return;
  const made = ask(engine, ['image', 'inspect', '--format', '{{index .Labels "org.atoll.base"}}', nodeBase]);
  if (made.code === 0 && made.stdout.trim() === contents) return;
  if (ask(engine, ['image', 'exists', debianBase]).code !== 0) importDebian(engine);
  addNode(engine);
}

/** Makes the bases and runs one of them. @returns what went wrong with that on this machine; null when it all works. */
export function whyBasesDoNotRun(engine: ContainerEngine): string | null {
  try {
    ensureBases(engine);
    must(engine, ['run', '--rm', '--network=none', nodeBase, 'node', '--version'], 900);
    return null;
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return `containers cannot be made or run on this machine (${said.replaceAll(/\s+/g, ' ').slice(0, 400)})`;
  }
}

function importDebian(engine: ContainerEngine): void {
  console.error(`Making an image of Debian (${suite}) for the tests of containers.`);
  const root = mkdtempSync(join(containerCache(), 'debian-'));
  const archive = `${root}.tar`;
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 2], timeout: 900_000 });
  try {
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates,python3', suite, root, mirror]);
    // Its own /proc may still be mounted there.
    const left = ['./proc/*', './sys/*', './var/cache/apt/*', './var/lib/apt/lists/*'];
    run('tar', ['-C', root, ...left.map((path) => `--exclude=${path}`), '-cf', archive, '.']);
    must(engine, ['import', '--quiet', archive, debianBase], 300);
  } finally {
    for (const path of ['proc', 'sys']) {
      try {
        execFileSync('umount', ['--recursive', join(root, path)], { stdio: 'ignore' });
      } catch {
        // Nothing is mounted there.
      }
    }
    rmSync(archive, { force: true });
    rmSync(root, { recursive: true, force: true });
  }
}

function addNode(engine: ContainerEngine): void {
  const folder = mkdtempSync(join(containerCache(), 'node-'));
  try {
    cpSync(process.execPath, join(folder, 'node'));
    cpSync(npmFolder(), join(folder, 'npm'), { recursive: true });
    // What this machine trusts, a build on it trusts.
    const bundle = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
    writeFileSync(join(folder, 'ca.crt'), existsSync(bundle) ? readFileSync(bundle) : '');
    mkdirSync(join(folder, 'etc'));
    const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM ${debianBase}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca.crt /usr/local/share/ca-certificates/this-machine.crt
RUN cat /usr/local/share/ca-certificates/this-machine.crt >> /etc/ssl/certs/ca-certificates.crt \\
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \\
 && groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca-certificates/this-machine.crt npm_config_registry=${registry}
LABEL org.atoll.base="${contents}"
`,
    );
    must(engine, [...buildArguments(engine), '--quiet', '--tag', nodeBase, folder], 300);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The npm that runs these tests, or the first on the path. */
function npmFolder(): string {
  const said = process.env.npm_execpath;
  const cli = said?.endsWith('npm-cli.js')
    ? said
    : execFileSync('which', ['npm'], { encoding: 'utf8' }).trim();
  return dirname(dirname(realpathSync(cli)));
}
