import { AtollError } from '@atoll/errors/error';
import { sameGrid } from '@atoll/volume/affine';
import { checkWish } from '../choice.ts';
import { asEngineFault } from '../diffusion/fault.ts';
import type {
  Availability,
  Engine,
  EngineWarning,
  Overlay,
  Segmentation,
  SegmentationPart,
  SegmentOptions,
  Study,
  Wish,
} from '../engine.ts';
import { probabilityOption } from '../probability-option.ts';
import { ensembleFacts, joinStage } from './ensemble-facts.ts';
import { agreementOverlayId, partChoice, partOverlayId, partStageId } from './ensemble-name.ts';
import { isJoinRule, type JoinRule, joinRules } from './join-rules.ts';
import { type JoinedMasks, joinedMask, joinMasks, probabilityMap, voteMap } from './joined-masks.ts';

const joinShare = 0.03;
const stapleCitation =
  'Warfield SK, Zou KH, Wells WM. Simultaneous truth and performance level estimation (STAPLE). IEEE Trans Med Imaging 2004;23:903–921.';

/** What a part answered, and how long it took. */
type Answer = { readonly engine: Engine; readonly wish: PartWish; readonly segmentation: Segmentation } & {
  readonly elapsedSeconds: number;
};
type PartWish = Omit<Wish, 'hasFlair'>;

/**
 * Several engines as each other's second readers: one after the other on the same images, their masks joined by a rule.
 * A part that fails fails the whole, for what is left would pass for what all of them agreed on. Runs wherever its parts
 * run.
 */
export class EnsembleEngine implements Engine {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly presets: Engine['presets'];
  readonly options: Engine['options'];
  readonly stages: Engine['stages'];
  readonly citations: readonly string[];
  readonly parts: readonly Engine[];

  constructor(parts: readonly Engine[]) {
    const facts = ensembleFacts(parts);
    this.id = facts.id;
    this.version = facts.version;
    this.title = facts.title;
    this.description = facts.description;
    this.presets = facts.presets;
    this.options = facts.options;
    this.stages = facts.stages;
    this.citations = facts.citations;
    this.parts = parts;
  }

  /** Usable where all of its parts are. */
  async availability(): Promise<Availability> {
    const all = await Promise.all(this.parts.map((part) => part.availability()));
    const unusable = all.flatMap((each, at) =>
      each.usable ? [] : [{ title: this.parts[at].title, reason: each.reason, cure: each.cure }],
    );
    if (unusable.length === 0) return { usable: true };
    return {
      usable: false,
      reason: unusable.map(({ title, reason }) => `${title}: ${reason}`).join(' '),
      cure: [...new Set(unusable.map(({ cure }) => cure))].join(' '),
    };
  }

  check({ options, hasFlair }: Wish): void {
    for (const part of this.parts) checkWish(part, { ...wishOfPart(part, options), hasFlair });
  }

  /** The first of them: the others have time until it is their turn. */
  prepare(): void {
    this.parts[0].prepare?.();
  }

  async segment(study: Study, given: SegmentOptions = {}): Promise<Segmentation> {
    const { preset = joinRules[0].id, options = [], signal, onProgress } = given;
    if (!isJoinRule(preset)) throw new AtollError('PRESET_UNKNOWN');
    // Before the first has taken its time.
    const availability = await this.availability();
    if (!availability.usable) {
      throw new AtollError('ENGINE_UNAVAILABLE', `${availability.reason} ${availability.cure}`);
    }
    const answers: Answer[] = [];
    for (const [at, engine] of this.parts.entries()) {
      if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
      const wish = wishOfPart(engine, options);
      const started = performance.now();
      const segmentation = await this.#ask(engine, study, {
        ...wish,
        ...(signal === undefined ? {} : { signal }),
        onProgress: ({ fraction, message }) =>
          onProgress?.({
            stage: partStageId(engine.id),
            fraction: ((1 - joinShare) * (at + fraction)) / this.parts.length,
            message: `${engine.title}: ${message}`,
          }),
      });
      answers.push({ engine, wish, segmentation, elapsedSeconds: (performance.now() - started) / 1000 });
    }
    onProgress?.({ stage: joinStage.id, fraction: 1 - joinShare, message: joinStage.title });
    return joinAnswers(answers, preset, options.includes(probabilityOption.id));
  }

  /** @throws AtollError of the part's own code, whose sentence names the part */
  async #ask(engine: Engine, study: Study, options: SegmentOptions): Promise<Segmentation> {
    try {
      const segmentation = await engine.segment(study, options);
      if (sameGrid(segmentation.mask, study.dwi)) return segmentation;
      throw new AtollError('ENGINE_FAILED', 'Its mask is not on the grid of the DWI.');
    } catch (thrown) {
      const { code, message } = asEngineFault(thrown);
      if (code === 'JOB_CANCELLED') throw thrown;
      throw new AtollError(
        code,
        `“${engine.title}” (${engine.id}), a part of the ensemble, failed, and nothing was joined without it: ${message}`,
        { cause: thrown },
      );
    }
  }
}

/** @throws AtollError OPTION_UNKNOWN where two presets of the part are asked for */
function wishOfPart({ id, title, presets, options }: Engine, wanted: readonly string[]): PartWish {
  const isWanted = (choice: { readonly id: string }) => wanted.includes(partChoice(id, choice.id));
  const [preset = presets[0], second] = presets.slice(1).filter(isWanted);
  if (second !== undefined) {
    throw new AtollError(
      'OPTION_UNKNOWN',
      `“${title}” runs with one preset at a time, and both ${preset.id} and ${second.id} were asked for.`,
    );
  }
  return { preset: preset.id, options: options.filter(isWanted).map((option) => option.id) };
}

function joinAnswers(answers: readonly Answer[], rule: JoinRule, wantsProbability: boolean): Segmentation {
  const masks = answers.map(({ segmentation }) => segmentation.mask);
  const joined = joinMasks(masks, rule);
  const mask = joinedMask(joined, masks[0]);
  const parts = answers.map(
    ({ engine, wish, segmentation, elapsedSeconds }, at): SegmentationPart => ({
      engine: engine.id,
      engineVersion: engine.version,
      title: engine.title,
      ...wish,
      parameters: segmentation.parameters,
      elapsedSeconds,
      mask: segmentation.mask,
      performance: joined.performance?.[at] ?? null,
    }),
  );
  return {
    mask,
    joined: { rule, parts, votes: joined.votes, isMarked: joined.isMarked },
    overlays: [
      ...answers.map(
        ({ engine, segmentation }): Overlay => ({
          id: partOverlayId(engine.id),
          title: engine.title,
          mask: segmentation.mask,
        }),
      ),
      {
        id: agreementOverlayId,
        title: 'Votes: how many engines marked each voxel',
        mask: voteMap(joined, mask),
        isCount: true,
      },
      ...answers.flatMap(({ engine, segmentation }) =>
        (segmentation.overlays ?? []).map((overlay) => ({
          ...overlay,
          id: `${engine.id}-${overlay.id}`,
          title: `${engine.title}: ${overlay.title}`,
        })),
      ),
    ],
    extras: new Map(
      answers.flatMap(({ engine, segmentation }) =>
        [...(segmentation.extras ?? [])].map(([id, file]) => [`${engine.id}-${id}`, file] as const),
      ),
    ),
    ...(wantsProbability
      ? { probability: probabilityMap(joined, mask), probabilityThreshold: joined.threshold }
      : {}),
    // Of the first that has one: of several outlines none is more right, and places are told by one.
    brain: answers.find(({ segmentation }) => segmentation.brain !== null)?.segmentation.brain ?? null,
    warnings: [
      ...warnOfJoining(joined, rule),
      ...answers.flatMap(({ engine, segmentation }) =>
        segmentation.warnings.map((each) => ({ ...each, message: `${engine.title}: ${each.message}` })),
      ),
    ],
    quality: answers.flatMap(({ engine, segmentation }) =>
      segmentation.quality.map((each) => ({
        ...each,
        name: `${engine.id}:${each.name}`,
        label: `${each.label} (${engine.title})`,
      })),
    ),
    // Those of the parts stand with the parts.
    parameters: { join: rule, parts: parts.length },
    citations: rule === 'staple' ? [stapleCitation] : [],
  };
}

function warnOfJoining({ votes, hasSettled }: JoinedMasks, rule: JoinRule): EngineWarning[] {
  if (rule !== 'staple') return [];
  const warnings: EngineWarning[] = [];
  if (votes.readers === 2) {
    warnings.push({
      code: 'STAPLE_OF_TWO',
      severity: 'caution',
      message:
        'STAPLE cannot tell which of two engines is right. It marks what both mark; where their masks do not meet at all, it believes the larger one alone.',
    });
  }
  if (!hasSettled) {
    warnings.push({
      code: 'STAPLE_UNSETTLED',
      severity: 'caution',
      message:
        'STAPLE was stopped before its estimate had settled. Compare the mask with what each engine marked.',
    });
  }
  return warnings;
}
