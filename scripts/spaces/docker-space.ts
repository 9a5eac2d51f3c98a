import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { frontMatter } from './front-matter.ts';
import { prepareFolder } from './target-folder.ts';

const root = join(import.meta.dirname, '../..');

export type DockerSpaceOptions = {
  /** Where the page is: no other origin may use the service from elsewhere. */
  readonly pageOrigins: readonly string[];
  readonly publicUrl: string;
  readonly hardware: 'gpu' | 'cpu';
  /** Whether the image fetches the atlas when it is built. */
  readonly withAtlas: boolean;
};

/** Writes the service as a Docker Space: sources, the built page, Dockerfile, and space.env with its settings. */
export function writeDockerSpace(
  folder: string,
  { pageOrigins, publicUrl, hardware, withAtlas }: DockerSpaceOptions,
): void {
  prepareFolder(folder);
  for (const name of ['package.json', 'package-lock.json', 'LICENSE'])
    cpSync(join(root, name), join(folder, name));
  cpSync(join(root, 'packages'), join(folder, 'packages'), {
    recursive: true,
    filter: (path) => isShipped(relative(join(root, 'packages'), path)),
  });
  const dockerfile = hardware === 'gpu' ? 'Dockerfile' : 'Dockerfile.cpu';
  const text = readFileSync(join(root, 'deploy/spaces', dockerfile), 'utf8');
  // A Space builds without arguments: what would be one stands in the file.
  const built = withAtlas ? text.replace('ARG ATLAS_DIR=\n', 'ARG ATLAS_DIR=/opt/atoll-atlas\n') : text;
  writeFileSync(join(folder, 'Dockerfile'), built);
  writeFileSync(join(folder, 'space.env'), settings(pageOrigins, publicUrl, hardware));
  writeFileSync(join(folder, 'README.md'), readme(hardware));
}

/** By its path below packages/: sources and the built page, no tests. */
function isShipped(path: string): boolean {
  if (/(^|\/)node_modules(\/|$)/.test(path) || /^[^/]+\/test(\/|$)/.test(path)) return false;
  if (/^[^/]+\/dist(\/|$)/.test(path)) return path.startsWith('viewer/');
  return !/\.test\.tsx?$/.test(path);
}

function settings(pageOrigins: readonly string[], publicUrl: string, hardware: 'gpu' | 'cpu'): string {
  return `# The one place for what is special about this Space. Variables in the Space's settings go before it.
ATOLL_HOST=0.0.0.0
# A Space is for everybody who opens it: nobody has to sign in. docs/access.md says how it can be otherwise.
ATOLL_OPEN=yes
ATOLL_PORT=7860
ATOLL_PUBLIC_URL=${publicUrl}
# The page's exact origins. A copy of the page elsewhere needs its own origin here, separated by a comma.
ATOLL_ORIGINS=${pageOrigins.join(',')}
ATOLL_FRAME_ORIGINS=https://huggingface.co
# TLS ends at the host's proxy, which has a private address.
ATOLL_TRUSTED_PROXIES=uniquelocal
# The data folder is /data/atoll where persistent storage is mounted; else it is temporary, and the page says so.
ATOLL_RESULT_TTL=7d
# The engine of requests that name none, such as the original page's. Without a GPU it says why it cannot run.
ATOLL_ENGINE=${hardware === 'gpu' ? 'deepisles' : 'diffusion'}
`;
}

function readme(hardware: 'gpu' | 'cpu'): string {
  const matter = frontMatter({
    title: 'Atoll service',
    emoji: '🧠',
    colorFrom: 'gray',
    colorTo: 'indigo',
    sdk: 'docker',
    app_port: 7860,
    suggested_hardware: hardware === 'gpu' ? 't4-small' : 'cpu-basic',
    pinned: false,
    license: 'apache-2.0',
    short_description: 'Infarct masks from diffusion MRI, the service',
  });
  return `${matter}
# Atoll, the service

From a stroke patient's diffusion MRI to a checked infarct mask. **Research software, not a medical device.**

Its settings are in \`space.env\`. Without persistent storage, jobs and results are gone after a restart; the page says so.
\`/docs\` describes the API, \`/ready\` says what can run here.
`;
}
