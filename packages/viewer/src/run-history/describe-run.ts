import type { EngineList } from '@atoll/contract/engines';
import type { Job } from '@atoll/contract/jobs';
import { engineInfo } from '../job/engine-info.ts';
import type { KnownRun } from './known-run.ts';

/** How a run was made, in the words of the service; by its ids as long as those are unknown. */
export function describeRun(
  { engine, preset, options }: Pick<KnownRun, 'engine' | 'preset' | 'options'>,
  engines: EngineList | null,
) {
  const info = engines === null ? null : engineInfo(engines, engine);
  const titleOf = (list: readonly { id: string; title: string }[] | undefined, id: string) =>
    list?.find((each) => each.id === id)?.title ?? id;
  return {
    engine: info?.title ?? engine,
    // A single preset says nothing.
    preset: info?.presets.length === 1 ? null : titleOf(info?.presets, preset),
    options: options.map((id) => titleOf(info?.options, id)),
  };
}

/** The same in one line. */
export function nameRun(
  run: Pick<KnownRun, 'engine' | 'preset' | 'options'>,
  engines: EngineList | null,
): string {
  const { engine, preset, options } = describeRun(run, engines);
  return [engine, ...(preset === null ? [] : [preset]), ...options].join(', ');
}

/** Of today the time, to the second, for runs may be seconds apart; before that the day as well. */
export function timeOfRun({ createdAt }: Pick<KnownRun, 'createdAt'>): string {
  const time = new Date(createdAt);
  const hourAndMinute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return time.toDateString() === new Date().toDateString()
    ? time.toLocaleTimeString(undefined, { ...hourAndMinute, second: '2-digit' })
    : time.toLocaleString(undefined, { ...hourAndMinute, day: 'numeric', month: 'short' });
}

/** What stands where the volume will be. */
export function stateOfRun({ status }: Pick<KnownRun, 'status'>, job: Job | null): string {
  switch (status) {
    case 'pending':
      return 'waiting';
    case 'running':
      return job === null ? 'running' : `running, ${job.progress} %`;
    case 'completed':
      return 'completed';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
  }
}
