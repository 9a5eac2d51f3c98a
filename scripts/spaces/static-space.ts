import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import { pageRuntimeNames, runtimeVersion } from '@atoll/models/runtime-list';
import type { z } from 'zod';
import type { PageConfig } from '../../packages/contract/src/page-config.ts';
import { frontMatter } from './front-matter.ts';
import { prepareFolder } from './target-folder.ts';

const builtPage = join(import.meta.dirname, '../../packages/viewer/dist');

/** On every file, not on the page alone: else workers fail to load. */
const isolationHeaders = {
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'cross-origin',
} as const;

/** What may lie beside the page. */
type Beside = { readonly atlasFolder?: string | null; readonly runtimeFolder?: string | null };

/**
 * Writes the page as a static Space, or for any host of files. The page must be built.
 * @param atlasFolder with the files of the atlas, which are laid beside the page; null for none.
 * @param runtimeFolder with ONNX Runtime, for models in the page; null for none.
 */
export function writeStaticSpace(
  folder: string,
  given: z.input<typeof PageConfig>,
  { atlasFolder = null, runtimeFolder = null }: Beside = {},
): void {
  const models = runtimeFolder === null ? {} : { models: true };
  const config = { ...given, atlas: atlasFolder !== null, ...models };
  prepareFolder(folder);
  cpSync(builtPage, folder, {
    recursive: true,
    // Packed copies are for our own server, which knows which browser takes them.
    filter: (path) => !/\.(br|gz)$|\.built-from$/.test(path),
  });
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  if (atlasFolder !== null) copyAtlas(atlasFolder, join(folder, 'atlas'));
  if (runtimeFolder !== null) copyRuntime(runtimeFolder, join(folder, 'model-runtime'));
  const index = join(folder, 'index.html');
  writeFileSync(index, withPolicy(readFileSync(index, 'utf8'), config));
  writeFileSync(join(folder, 'README.md'), readme);
}

/** The page checks each of them by its SHA-256. @throws Error when one is missing. */
function copyRuntime(from: string, to: string): void {
  mkdirSync(to);
  for (const name of pageRuntimeNames) cpSync(join(from, runtimeVersion, name), join(to, name));
  // Hugging Face takes files of more than 10 MB through LFS alone.
  const attributes = 'model-runtime/*.wasm filter=lfs diff=lfs merge=lfs -text\n';
  writeFileSync(join(to, '../.gitattributes'), attributes);
}

/** @throws Error when a file is missing or another than it should be. */
function copyAtlas(from: string, to: string): void {
  mkdirSync(to);
  for (const { name, sha256 } of pinnedAtlas.files) {
    const bytes = readFileSync(join(from, name));
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error(`${name} is not the file of the atlas; fetch it by atoll atlas fetch.`);
    writeFileSync(join(to, name), bytes);
  }
  const { title, licences, citations } = pinnedAtlas;
  writeFileSync(join(to, 'LICENCE.txt'), `${[title, ...licences, 'Cite:', ...citations].join('\n')}\n`);
}

/**
 * Such a host sends no policy of ours, so the page brings it. It names no service: config.json may be changed
 * without a new build. A service without TLS, for trials, is named.
 */
function withPolicy(html: string, { api, allowedApis = [] }: z.input<typeof PageConfig>): string {
  const plain = [api ?? '', ...allowedApis]
    .filter((url) => url.startsWith('http:'))
    .map((url) => new URL(url).origin);
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    ["connect-src 'self' https:", ...plain].join(' '),
    ["img-src 'self' data: blob: https:", ...plain].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = '<meta charset="utf-8" />';
  if (!html.includes(head)) throw new Error('index.html has no place for the policy.');
  return html.replace(head, `${head}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`);
}

const readme = `${frontMatter({
  title: 'Atoll',
  emoji: '🪸',
  colorFrom: 'indigo',
  colorTo: 'gray',
  sdk: 'static',
  app_file: 'index.html',
  pinned: false,
  license: 'apache-2.0',
  short_description: 'Judge infarct masks on diffusion MRI',
  custom_headers: isolationHeaders,
})}
# Atoll, the page

From a stroke patient's diffusion MRI to a checked infarct mask. **Research software, not a medical device.**

The page speaks to the service that \`config.json\` names (\`api\`). A copy of this Space for another service needs
that one line changed, and the service must have the copy's origin in its \`ATOLL_ORIGINS\`. A link may choose
among the services in \`allowedApis\` by \`?api=…\`. Without \`api\`, the Space's variable \`ATOLL_API_URL\` counts.
`;
