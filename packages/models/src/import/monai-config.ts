import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { notImportable } from './source-json.ts';

const Component = z.looseObject({ _target_: z.string() });

/** A component of a bundle: the name of its class without its package, and what it is given. */
export type Settings = { readonly target: string; readonly settings: Readonly<Record<string, unknown>> };

/** References lead to references; this many are no configuration but a circle. */
const mostSteps = 20;

/** configs/inference.json of a MONAI bundle. References (`@name`, `@a#b`) are followed; expressions (`$…`) are code, and not run. */
export class Bundle {
  readonly #config: Readonly<Record<string, unknown>>;

  constructor(config: Readonly<Record<string, unknown>>) {
    this.#config = config;
  }

  /** Of a Compose, those that are not switched off. */
  transforms(name: string): Settings[] {
    const compose = Component.safeParse(this.#resolve(this.#config[name]));
    if (!compose.success) throw new AtollError('MODEL_INVALID', `inference.json has no ${name}.`);
    const listed = z.array(z.unknown()).safeParse(this.#resolve(compose.data.transforms));
    if (!listed.success) throw new AtollError('MODEL_INVALID', `inference.json: ${name} has no transforms.`);
    return listed.data
      .map((each) => this.#component(each))
      .filter(({ settings }) => settings._disabled_ !== true);
  }

  /** How patches are set. */
  inferer() {
    const { target, settings } = this.#component(this.#config.inferer);
    if (target !== 'SlidingWindowInferer') throw notImportable(`The inferer is ${target}`);
    const parsed = z
      .object({
        roi_size: z.array(z.int().min(1)).min(2).max(3),
        overlap: z.number().min(0).max(0.9).default(0.25),
        mode: z.enum(['constant', 'gaussian']).default('constant'),
      })
      .safeParse(settings);
    if (parsed.success) return parsed.data;
    throw new AtollError('MODEL_INVALID', `inference.json: inferer: ${parsed.error.issues[0].message}`);
  }

  /** What is made of logits; null where nothing says it. */
  activation(): 'softmax' | 'sigmoid' | null {
    if (this.#config.postprocessing === undefined) return null;
    const found = this.transforms('postprocessing').find(({ target }) => target === 'Activationsd');
    if (found?.settings.softmax === true) return 'softmax';
    return found?.settings.sigmoid === true ? 'sigmoid' : null;
  }

  #component(given: unknown): Settings {
    const parsed = Component.safeParse(this.#resolve(given));
    if (!parsed.success)
      throw new AtollError('MODEL_INVALID', 'inference.json: a component has no _target_.');
    const { _target_, ...rest } = parsed.data;
    const settings = Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, this.#resolve(value)]),
    );
    return { target: _target_.split('.').at(-1) ?? _target_, settings };
  }

  #resolve(given: unknown): unknown {
    let value = given;
    for (let step = 0; typeof value === 'string' && value.startsWith('@'); step++) {
      if (step > mostSteps)
        throw new AtollError('MODEL_INVALID', 'inference.json: references lead in a circle.');
      value = value
        .slice(1)
        .split(/#|::/)
        .reduce<unknown>(
          (from, key) => (isRecord(from) && Object.hasOwn(from, key) ? from[key] : undefined),
          this.#config,
        );
    }
    return value;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
