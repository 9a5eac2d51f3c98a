/** `npm run deploy:spaces -- --user NAME --out DIR`: two folders, ready to be pushed to Hugging Face Spaces. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from './build-page.ts';
import { writeDockerSpace } from './spaces/docker-space.ts';
import { backendUrl, checkNames, frontendOrigins } from './spaces/names.ts';
import { writeStaticSpace } from './spaces/static-space.ts';

const usage = `npm run deploy:spaces -- --user NAME --out DIR [--backend NAME] [--frontend NAME] [--cpu] [--atlas DIR] [--models DIR]

Writes DIR/frontend (a static Space: the page) and DIR/backend (a Docker Space: the service), each ready to be
pushed. Written anew, each keeps its git history.

  --user NAME      user or organisation on Hugging Face that both Spaces belong to
  --backend NAME   name of the service's Space (default: atoll-service)
  --frontend NAME  name of the page's Space (default: atoll)
  --cpu            the service without GPU and DeepISLES: the embedded engine alone
  --atlas DIR      folder that \`atoll atlas fetch\` filled: its files are laid beside the page, under their own licences,
                   and the service's image fetches them too
  --models DIR     folder that \`atoll models runtime\` filled (ATOLL_DATA_DIR/onnxruntime): ONNX Runtime is laid beside the
                   page, so that models of a reader's own run in it
  --out DIR        where the two folders go`;

class UsageError extends Error {}

function readOptions() {
  try {
    return parseArgs({
      options: {
        user: { type: 'string' },
        backend: { type: 'string', default: 'atoll-service' },
        frontend: { type: 'string', default: 'atoll' },
        cpu: { type: 'boolean', default: false },
        atlas: { type: 'string' },
        models: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function deploy(): Promise<void> {
  const { user, backend, frontend, cpu, atlas, models, out, help } = readOptions();
  if (help) return console.log(usage);
  if (user === undefined || out === undefined) throw new UsageError('--user and --out are needed.');
  const names = { user, frontend, backend };
  checkNames(names);
  await buildPage();
  const folders = { frontend: resolve(out, 'frontend'), backend: resolve(out, 'backend') };
  const [pageOrigins, publicUrl] = [frontendOrigins(names), backendUrl(names)];
  writeStaticSpace(
    folders.frontend,
    { api: publicUrl, allowedApis: [] },
    {
      atlasFolder: atlas ?? null,
      runtimeFolder: models ?? null,
    },
  );
  const hardware = cpu ? 'cpu' : 'gpu';
  writeDockerSpace(folders.backend, { pageOrigins, publicUrl, hardware, withAtlas: atlas !== undefined });
  console.log(
    `${folders.frontend}\n  the page, for ${pageOrigins.join(' and ')}\n${folders.backend}\n  the service, for ${publicUrl}\n`,
  );
  for (const [name, folder] of [
    [frontend, folders.frontend],
    [backend, folders.backend],
  ]) {
    const remote = `https://huggingface.co/spaces/${user}/${name}`;
    console.log(
      `cd ${folder} && git init -b main && git add -A && git commit -m "Atoll" && git push -f ${remote} main`,
    );
  }
  console.log(`\nMake both Spaces on Hugging Face first (sdk static and docker); see docs/operations.md.`);
}

try {
  await deploy();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  if (thrown instanceof UsageError) console.error(`\n${usage}`);
  process.exitCode = thrown instanceof UsageError ? 2 : 1;
}
