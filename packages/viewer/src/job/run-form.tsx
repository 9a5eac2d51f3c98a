import type { Job, SegmentRequest } from '@atoll/contract/jobs';
import { useEffect, useState } from 'react';
import { Button, Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components';
import { useServedCase } from '../served/served-case.tsx';
import { Failure } from '../ui/failure.tsx';
import './run-form.css';
import { useEngineList } from './use-engine-list.ts';
import { useSegment } from './use-segment.ts';

/** Which engine, how, and the button that runs it. */
export function RunForm() {
  const engines = useEngineList();
  const { caseId, job } = useServedCase();
  const segment = useSegment();
  const [wantedEngine, setWantedEngine] = useState<string | null>(null);
  const [wantedPreset, setWantedPreset] = useState<string | null>(null);
  const [wantedOptions, setWantedOptions] = useState<readonly string[]>([]);
  // What went wrong with one case says nothing about another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another case, not another mutation
  useEffect(() => segment.reset(), [caseId]);
  if (engines.isError) return <Failure error={engines.error} onRetry={() => engines.refetch()} />;
  if (engines.data === undefined) return <div className="skeleton">Loading the engines…</div>;

  const list = engines.data.engines;
  const engine = list.find(({ id }) => id === (wantedEngine ?? engines.data.default)) ?? list[0];
  const preset = engine.presets.find(({ id }) => id === wantedPreset) ?? engine.presets[0];
  const options = engine.options.map(({ id }) => id).filter((id) => wantedOptions.includes(id));
  const isRunning = job.data?.status === 'running' || job.data?.status === 'pending';
  const isStarting = segment.isPending;
  const ready = caseId !== null && engine.usable && !isRunning && !isStarting;
  return (
    <section className="run-form" aria-label="Run">
      <RadioGroup className="choices" value={engine.id} onChange={setWantedEngine}>
        <Label>Engine</Label>
        {list.map((each) => (
          <Radio key={each.id} value={each.id} isDisabled={!each.usable} className="choice">
            <strong>{each.title}</strong>
            {!each.usable && (
              <span className="quiet">
                Not available here: {each.reason} {each.cure}
              </span>
            )}
          </Radio>
        ))}
      </RadioGroup>
      <details className="about">
        <summary>About this engine</summary>
        <p className="quiet">{engine.description}</p>
      </details>
      {engine.presets.length > 1 && (
        <RadioGroup
          className="choices inline"
          orientation="horizontal"
          value={preset.id}
          onChange={setWantedPreset}
        >
          <Label>Preset</Label>
          {engine.presets.map((each) => (
            <Radio key={each.id} value={each.id} className="choice">
              {each.title}
            </Radio>
          ))}
          <p className="quiet">{preset.description}</p>
        </RadioGroup>
      )}
      {engine.options.length > 0 && (
        <CheckboxGroup className="choices" value={options} onChange={setWantedOptions}>
          <Label>Options</Label>
          {engine.options.map((each) => (
            <Checkbox key={each.id} value={each.id} className="choice tick">
              {each.title}
              <span className="quiet">{each.description}</span>
            </Checkbox>
          ))}
        </CheckboxGroup>
      )}
      <Button
        className="button primary wide"
        isDisabled={!ready}
        onPress={() => {
          if (caseId === null) return;
          const request = { case_id: caseId, engine: engine.id, preset: preset.id, options };
          segment.mutate({ ...request, force: isShown(request, job.data ?? null) });
        }}
      >
        {isStarting
          ? 'Starting…'
          : isRunning
            ? 'Running…'
            : caseId === null
              ? 'Choose a case first'
              : 'Run segmentation'}
      </Button>
      {segment.error !== null && <Failure error={segment.error} />}
    </section>
  );
}

/** Whoever asks again for the result on show wants it computed again. */
function isShown({ case_id, engine, preset, options = [] }: SegmentRequest, job: Job | null): boolean {
  const isSame = job?.caseId === case_id && job.engine === engine && job.preset === preset;
  return isSame && job.options.join() === options.join();
}
