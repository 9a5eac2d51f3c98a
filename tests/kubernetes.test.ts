import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listSettings, readSettings } from '@atoll/instance/settings';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import {
  ensureKubernetesValidate,
  kubernetesVersions,
  validateManifests,
} from '../scripts/kubernetes-validate.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'deploy/kubernetes');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const Kustomization = z.object({
  resources: z.array(z.string()),
  configMapGenerator: z.array(z.object({ name: z.string(), envs: z.array(z.string()) })),
  images: z.array(z.object({ name: z.string() })),
});
const kustomization = Kustomization.parse(parse(read('kustomization.yaml')));
const manifests = [...kustomization.resources, 'secret.example.yaml'];

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Deployment = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        terminationGracePeriodSeconds: z.int(),
        securityContext: z.object({
          runAsUser: z.int(),
          runAsNonRoot: z.literal(true),
          seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
        }),
        containers: z.array(
          z.object({
            image: z.string(),
            args: z.array(z.string()),
            ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).optional(),
            envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
            startupProbe: Probe.optional(),
            livenessProbe: Probe.optional(),
            readinessProbe: Probe.optional(),
            resources: z.object({
              requests: z.record(z.string(), z.string()),
              limits: z.record(z.string(), z.string()),
            }),
            securityContext: z.object({
              allowPrivilegeEscalation: z.literal(false),
              readOnlyRootFilesystem: z.literal(true),
              capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
            }),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ),
      }),
    }),
  }),
});
const Named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

const documents = manifests.flatMap((name) =>
  parseAllDocuments(read(name)).map((each): unknown => each.toJS()),
);
const deployments = documents.flatMap((each) => {
  const { kind } = Named.parse(each);
  return kind === 'Deployment' ? [Deployment.parse(each)] : [];
});
const secret = z
  .object({ metadata: z.object({ name: z.string() }), stringData: z.record(z.string(), z.string()) })
  .parse(parse(read('secret.example.yaml')));
const settings = Object.fromEntries(
  read('settings.env')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
);

const missing = ensureKubernetesValidate();
if (missing !== null) console.warn(`The schemas of Kubernetes are not tried: ${missing}`);

describe('the manifests for Kubernetes', () => {
  it.skipIf(missing !== null).each(kubernetesVersions)(
    'are what Kubernetes %s knows, and say nothing that it does not',
    (version) => {
      expect(
        validateManifests(
          manifests.map((name) => join(folder, name)),
          version,
        ),
      ).toEqual([]);
    },
  );

  it.skipIf(missing !== null)('would be told of a word that Kubernetes does not know', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'atoll-kubernetes-'));
    writeFileSync(join(scratch, 'api.yaml'), read('api.yaml').replace('livenessProbe:', 'aliveProbe:'));
    expect(validateManifests([join(scratch, 'api.yaml')], '1.37')).toEqual([
      expect.stringContaining('aliveProbe'),
    ]);
    rmSync(scratch, { recursive: true });
  });

  it('are all that lie there, but for what is no manifest', () => {
    const others = ['kustomization.yaml', 'prometheus-adapter.yaml', 'settings.env'];
    expect([...manifests, ...others].sort()).toEqual(readdirSync(folder).sort());
    for (const { envs } of kustomization.configMapGenerator)
      for (const name of envs) expect(existsSync(join(folder, name))).toBe(true);
  });

  it('set only what Atoll knows, to values that it takes, and secrets in the Secret alone', () => {
    const known = new Set<string>(listSettings().map(({ name }) => name));
    const named = readdirSync(folder).flatMap((name) => read(name).match(/ATOLL_[A-Z0-9_]+/g) ?? []);
    for (const name of named) expect(known.has(name), name).toBe(true);
    const all = { ...settings, ...secret.stringData };
    expect(Object.keys(settings).filter((name) => name in secret.stringData)).toEqual([]);
    expect(Object.keys(settings).filter((name) => /SECRET|PASSWORD|TOKEN$|DATABASE_URL/.test(name))).toEqual(
      [],
    );
    const keys = { ATOLL_S3_ACCESS_KEY_ID: 'id', ATOLL_S3_SECRET_ACCESS_KEY: 'key' };
    expect(readSettings({ ...all, ...keys })).toMatchObject({
      host: '0.0.0.0',
      trustedProxies: [settings.ATOLL_TRUSTED_PROXIES],
    });
  });

  it('agree with the image: its user, its port, its folders, its commands', () => {
    const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');
    const port = Number(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]);
    expect(Number(settings.ATOLL_PORT)).toBe(port);
    expect(settings.ATOLL_DATA_DIR).toBe(/^VOLUME (\S+)$/m.exec(dockerfile)?.[1]);
    const commands = { 'atoll-api': 'serve', 'atoll-worker': 'worker' };
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(Object.keys(commands));
    for (const { metadata, spec } of deployments) {
      const pod = spec.template.spec;
      const [container, ...others] = pod.containers;
      expect(others).toEqual([]);
      expect(pod.securityContext.runAsUser).toBe(1000);
      expect(container.args[0]).toBe(commands[metadata.name === 'atoll-api' ? 'atoll-api' : 'atoll-worker']);
      expect(container.image).toBe(kustomization.images[0].name);
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
        settings.ATOLL_DATA_DIR,
        '/tmp',
      ]);
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
      const from = container.envFrom.flatMap((each) => Object.values(each).map(({ name }) => name));
      expect(from).toEqual([kustomization.configMapGenerator[0].name, secret.metadata.name]);
      for (const each of container.ports ?? []) expect(each.containerPort).toBe(port);
      // Else Kubernetes kills it while it still answers.
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(
        Number.parseInt(settings.ATOLL_SHUTDOWN_GRACE, 10),
      );
    }
  });

  it('ask the API for its health by paths that it has, and send nobody to it who is not ready', () => {
    const [container] = deployments[0].spec.template.spec.containers;
    expect(container.livenessProbe?.httpGet.path).toBe('/health');
    expect(container.startupProbe?.httpGet.path).toBe('/health');
    expect(container.readinessProbe?.httpGet.path).toBe('/ready');
  });

  it('scale by a metric that /metrics has', () => {
    const source = readFileSync(join(root, 'packages/server/src/jobs/job-metrics.ts'), 'utf8');
    const rule = parse(read('prometheus-adapter.yaml')).rules.external[0];
    expect(rule.name.as).toBe(parse(read('worker-scaling.yaml')).spec.metrics[0].external.metric.name);
    expect(source).toContain("name: 'atoll_jobs'");
    expect(rule.metricsQuery).toContain('atoll_jobs{');
  });

  it('let the API be reached from the ingress and Prometheus alone, and the workers by nobody', () => {
    const policies = documents.filter((each) => Named.parse(each).kind === 'NetworkPolicy');
    const byName = new Map(policies.map((each) => [Named.parse(each).metadata.name, each]));
    expect(byName.get('atoll')).toMatchObject({
      spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'atoll' } }, ingress: [] },
    });
    expect(byName.get('atoll-api')).toMatchObject({
      spec: { ingress: [{ ports: [{ port: Number(settings.ATOLL_PORT) }] }] },
    });
  });
});
