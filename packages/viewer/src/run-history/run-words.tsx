import type { EngineList } from '@atoll/contract/engines';
import { describeRun } from './describe-run.ts';
import type { KnownRun } from './known-run.ts';

type Props = {
  readonly run: Pick<KnownRun, 'engine' | 'preset' | 'options'>;
  readonly engines: EngineList | null;
};

/** What tells runs apart first. */
export function RunHeading({ run, engines }: Props) {
  const { engine, preset } = describeRun(run, engines);
  return preset ?? engine;
}

/** The rest of how a run was made, a line each; what is too long is cut, and there to be pointed at. */
export function RunDetails({ run, engines }: Props) {
  const { engine, preset, options } = describeRun(run, engines);
  const lines = [...(preset === null ? [] : [engine]), ...(options.length === 0 ? [] : [options.join(', ')])];
  return lines.map((line) => (
    <span key={line} className="quiet run-detail" title={line}>
      {line}
    </span>
  ));
}
