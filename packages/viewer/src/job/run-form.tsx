import type { Job, SegmentRequest } from '@atoll/contract/jobs';
import { ensembleId, mostParts, partIds } from '@atoll/engines/ensemble/ensemble-name';
import { useEffect, useState } from 'react';
import { Button, Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components';
import { useServedCase } from '../served/served-case.tsx';
import { Failure } from '../ui/failure.tsx';
import { type EngineInfo, engineInfo } from './engine-info.ts';
import './run-form.css';
import { useEngineList } from './use-engine-list.ts';
import { useSegment } from './use-segment.ts';

/** Which engine, how, and the button that runs it. */
export function RunForm() {
  const engines = useEngineList();
  const { caseId, job } = useServedCase();
  const segment = useSegment();
  const [wantedEngine, setWantedEngine] = useState<string | null>(null);
  const [wantedSeconds, setWantedSeconds] = useState<readonly string[] | null>(null);
  const [wantedPreset, setWantedPreset] = useState<string | null>(null);
  const [wantedOptions, setWantedOptions] = useState<readonly string[]>([]);
  // What went wrong with one case says nothing about another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another case, not another mutation
  useEffect(() => segment.reset(), [caseId]);
  if (engines.isError) return <Failure error={engines.error} onRetry={() => engines.refetch()} />;
  if (engines.data === undefined) return <div className="skeleton">Loading the engines…</div>;

  const list = engines.data.engines;
  const [first, ...seconds] = partIds(engines.data.default);
  const main = list.find(({ id }) => id === (wantedEngine ?? first)) ?? list[0];
  const others = list.filter(({ id, usable }) => usable && id !== main.id);
  const chosen = others.map(({ id }) => id).filter((id) => (wantedSeconds ?? seconds).includes(id));
  // In the service's own order, by which it names an ensemble.
  const ids = list.map(({ id }) => id).filter((id) => id === main.id || chosen.includes(id));
  const engine = engineInfo(engines.data, ensembleId(ids)) ?? main;
  const isEnsemble = chosen.length > 0;
  const preset = engine.presets.find(({ id }) => id === wantedPreset) ?? engine.presets[0];
  const options = engine.options.map(({ id }) => id).filter((id) => wantedOptions.includes(id));
  const isRunning = job.data?.status === 'running' || job.data?.status === 'pending';
  const isStarting = segment.isPending;
  const ready = caseId !== null && engine.usable && !isRunning && !isStarting;
  return (
    <section className="run-form" aria-label="Run">
      <RadioGroup className="choices" value={main.id} onChange={setWantedEngine}>
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
        <p className="quiet">{main.description}</p>
      </details>
      {main.usable && others.length > 0 && (
        <CheckboxGroup className="choices" value={chosen} onChange={setWantedSeconds}>
          <Label>Second readers</Label>
          {others.map(({ id, title }) => (
            <Checkbox
              key={id}
              value={id}
              className="choice tick"
              isDisabled={ids.length >= mostParts && !chosen.includes(id)}
            >
              {title}
            </Checkbox>
          ))}
          <p className="quiet">
            Run on the same images; the masks are joined, and where the engines disagree is listed.
          </p>
        </CheckboxGroup>
      )}
      {engine.presets.length > 1 && (
        <RadioGroup
          className="choices inline"
          orientation="horizontal"
          value={preset.id}
          onChange={setWantedPreset}
        >
          <Label>{isEnsemble ? 'Joined by' : 'Preset'}</Label>
          {engine.presets.map((each) => (
            <Radio key={each.id} value={each.id} className="choice">
              {each.title}
            </Radio>
          ))}
          <p className="quiet">{preset.description}</p>
        </RadioGroup>
      )}
      {engine.options.length > 0 &&
        (isEnsemble ? (
          // Those of all its engines are many.
          <details className="about">
            <summary>Options{options.length > 0 && ` (${options.length} chosen)`}</summary>
            <OptionChoice engine={engine} chosen={options} onChange={setWantedOptions} />
          </details>
        ) : (
          <OptionChoice engine={engine} chosen={options} onChange={setWantedOptions} />
        ))}
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

type OptionProps = {
  readonly engine: EngineInfo;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
};

function OptionChoice({ engine, chosen, onChange }: OptionProps) {
  return (
    <CheckboxGroup className="choices" value={[...chosen]} onChange={onChange}>
      <Label>Options</Label>
      {engine.options.map((each) => (
        <Checkbox key={each.id} value={each.id} className="choice tick">
          {each.title}
          <span className="quiet">{each.description}</span>
        </Checkbox>
      ))}
    </CheckboxGroup>
  );
}

/** Whoever asks again for the result on show wants it computed again. */
function isShown({ case_id, engine, preset, options = [] }: SegmentRequest, job: Job | null): boolean {
  const isSame = job?.caseId === case_id && job.engine === engine && job.preset === preset;
  return isSame && job.options.join() === options.join();
}
