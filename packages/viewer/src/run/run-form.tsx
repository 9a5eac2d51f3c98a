import type { EngineList } from '@atoll/contract/engines';
import type { SegmentRequest } from '@atoll/contract/jobs';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components';
import { Failure } from '../app/failure.tsx';

type Props = {
  readonly engines: UseQueryResult<EngineList>;
  readonly caseId: string | null;
  readonly running: boolean;
  readonly starting: boolean;
  readonly startError: unknown;
  readonly onRun: (request: SegmentRequest) => void;
};

/** Which engine, how, and the button. */
export function RunForm({ engines, caseId, running, starting, startError, onRun }: Props) {
  const [wantedEngine, setWantedEngine] = useState<string | null>(null);
  const [wantedPreset, setWantedPreset] = useState<string | null>(null);
  const [wantedOptions, setWantedOptions] = useState<readonly string[]>([]);
  if (engines.isError) return <Failure error={engines.error} onRetry={() => engines.refetch()} />;
  if (engines.data === undefined) return <div className="skeleton">Loading the engines…</div>;

  const list = engines.data.engines;
  const engine = list.find(({ id }) => id === (wantedEngine ?? engines.data.default)) ?? list[0];
  const preset = engine.presets.find(({ id }) => id === wantedPreset) ?? engine.presets[0];
  const options = engine.options.map(({ id }) => id).filter((id) => wantedOptions.includes(id));
  const ready = caseId !== null && engine.usable && !running && !starting;
  return (
    <section className="run-form" aria-label="Run">
      <RadioGroup className="choices" value={engine.id} onChange={setWantedEngine}>
        <Label>Engine</Label>
        {list.map((each) => (
          <Radio key={each.id} value={each.id} isDisabled={!each.usable} className="choice">
            <strong>{each.title}</strong>
            {!each.usable && (
              <span className="quiet">
                Cannot run here: {each.reason} {each.cure}
              </span>
            )}
          </Radio>
        ))}
      </RadioGroup>
      <details className="about">
        <summary>What it does, and how well</summary>
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
        onPress={() =>
          caseId !== null && onRun({ case_id: caseId, engine: engine.id, preset: preset.id, options })
        }
      >
        {starting
          ? 'Starting…'
          : running
            ? 'Running…'
            : caseId === null
              ? 'Choose a case first'
              : 'Find the infarct'}
      </Button>
      {startError !== null && <Failure error={startError} />}
    </section>
  );
}
