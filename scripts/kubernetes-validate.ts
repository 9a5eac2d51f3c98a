import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * kubernetes-validate of PyPI: the schemas of Kubernetes' own releases as files, and what holds manifests against them
 * without a network. kubeconform would do as well, but fetches its schemas from GitHub.
 */
const release = '1.37.0';
/** The oldest that knows all that the manifests say, and the newest. */
export const kubernetesVersions = ['1.32', '1.37'] as const;
const folder = join(import.meta.dirname, '../.cache/kubernetes-validate', release);

/** @returns why it cannot be had here. */
export function ensureKubernetesValidate(): string | null {
  if (existsSync(join(folder, 'kubernetes_validate'))) return null;
  const scratch = `${folder}.${randomUUID()}`;
  mkdirSync(scratch, { recursive: true });
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', scratch];
  const packages = [`kubernetes-validate==${release}`, 'jsonschema==4.25.1', 'PyYAML==6.0.2'];
  const { status, stderr } = spawnSync('python3', [...args, ...packages], { encoding: 'utf8' });
  if (status === 0) {
    // Of each release it brings 9 MB.
    const schemas = join(scratch, 'kubernetes_validate/kubernetes-json-schema');
    const kept = kubernetesVersions.map((version) => `v${version}.0-local`);
    for (const name of readdirSync(schemas)) {
      if (!kept.some((each) => name.startsWith(each))) rmSync(join(schemas, name), { recursive: true });
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(scratch, folder);
    return null;
  }
  rmSync(scratch, { recursive: true, force: true });
  return `kubernetes-validate ${release} could not be installed from PyPI: ${(stderr ?? '').slice(-300)}`;
}

/** Holds manifests against the strict schemas of a release of Kubernetes. @returns what is wrong, a line for each. */
export function validateManifests(
  paths: readonly string[],
  version: (typeof kubernetesVersions)[number],
): readonly string[] {
  const program = `
import os, sys, yaml, kubernetes_validate
for path in sys.argv[2:]:
    for document in yaml.safe_load_all(open(path, encoding="utf-8")):
        try:
            kubernetes_validate.validate(document, sys.argv[1], strict=True)
        except Exception as error:
            print(os.path.basename(path), type(error).__name__, " ".join(str(error).split())[:300])
print("looked at", len(sys.argv) - 2)
`;
  const { stdout, stderr } = spawnSync('python3', ['-c', program, version, ...paths], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: folder },
  });
  const lines = stdout.trim().split('\n');
  // Without it nothing was tried to the end, and silence would pass for praise.
  return lines.pop() === `looked at ${paths.length}` ? lines : [stderr.slice(-500)];
}
