import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedImage } from '@atoll/engines/deepisles/image';
import { ask, buildArguments, type ContainerEngine, containerCache, must } from './engine.ts';

const root = join(import.meta.dirname, '../..');

export const serviceImage = 'localhost/atoll-test-service';
export const standInImage = 'localhost/atoll-test-deepisles';
export const spaceImages = { cpu: 'localhost/atoll-test-space-cpu', gpu: 'localhost/atoll-test-space-gpu' };

/**
 * Builds what the tests of containers run, once for all of them, on bases that are there. Layers of the last time are
 * taken where they fit.
 */
export function buildImages(engine: ContainerEngine): void {
  const scratch = mkdtempSync(join(containerCache(), 'build-'));
  try {
    buildService(engine);
    buildStandIn(engine, scratch);
    buildSpaces(engine, scratch);
    // What builds of earlier sources left: layers of images with a name stay.
    if (engine.makesBases) ask(engine, ['image', 'prune', '--force']);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function build(engine: ContainerEngine, image: string, context: string, more: readonly string[] = []): void {
  console.error(`Building ${image}.`);
  must(engine, [...buildArguments(engine), '--quiet', '--tag', image, ...more, context], 900);
}

function buildService(engine: ContainerEngine): void {
  build(engine, serviceImage, root, ['--file', join(root, 'deploy/Dockerfile')]);
}

/**
 * An image with the stand-ins of DeepISLES' programs where the real one has its own. The faults they play are an
 * image's own: nothing of a run's command line can tell them.
 */
function buildStandIn(engine: ContainerEngine, scratch: string): void {
  const context = join(scratch, 'stand-in');
  mkdirSync(context);
  const code = join(root, 'packages/engines/test/deepisles-stand-in');
  for (const name of ['main.ts', 'models.ts', 'conda.sh', 'app']) {
    cpSync(join(code, name), join(context, name), { recursive: true });
  }
  writeFileSync(
    join(context, 'Dockerfile'),
    `FROM ${serviceImage} AS atoll
FROM docker.io/library/node:24-bookworm-slim
COPY --from=atoll /app/node_modules /opt/stand-in/node_modules
COPY --from=atoll /app/packages /opt/stand-in/packages
COPY main.ts models.ts /opt/stand-in/
COPY app /app
COPY conda.sh /opt/conda/bin/conda
RUN chmod 755 /opt/conda/bin/conda && mkdir -p /app/src/SEALS /app/weights/SEALS /app/data /standin && chmod 777 /standin
ENV STANDIN=/standin STANDIN_CODE=/opt/stand-in STANDIN_NODE=/usr/local/bin/node STANDIN_PATH=/usr/local/bin:/usr/bin:/bin
WORKDIR /app
ENTRYPOINT ["/usr/local/bin/node", "/opt/stand-in/main.ts", "/app/data"]
`,
  );
  build(engine, standInImage, context);
  for (const fault of ['hang', 'crash', 'killed']) {
    const folder = join(scratch, fault);
    mkdirSync(folder);
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${standInImage}\nRUN echo ${fault} > /standin/fault\n`);
    build(engine, `${standInImage}-${fault}`, folder);
  }
}

/** Both services of npm run deploy:spaces; the one with a GPU on the stand-in, for the real image is not fetched. */
function buildSpaces(engine: ContainerEngine, scratch: string): void {
  for (const kind of ['cpu', 'gpu'] as const) {
    const out = join(scratch, `space-${kind}`);
    const args = ['--user', 'somebody', '--out', out, ...(kind === 'cpu' ? ['--cpu'] : [])];
    execFileSync(process.execPath, [join(root, 'scripts/deploy-spaces.ts'), ...args], {
      stdio: ['ignore', 'ignore', 2],
    });
    const dockerfile = join(out, 'backend/Dockerfile');
    const text = readFileSync(dockerfile, 'utf8');
    writeFileSync(dockerfile, text.replace(`FROM ${pinnedImage}`, `FROM ${standInImage}`));
    build(engine, spaceImages[kind], join(out, 'backend'));
  }
}
