import { useEffect } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { KeptModel } from '../models/kept-model.ts';
import { useModels } from '../models/models-context.ts';
import { useModelParts } from '../models/use-model-parts.ts';

type Props = {
  /** null: the embedded engine. */
  readonly chosen: KeptModel | null;
  readonly onChoose: (key: string | null) => void;
  readonly hasFlair: boolean;
};

const embedded = 'embedded';

/** Which engine runs in this page: the embedded one, or a model of this browser. */
export function LocalEngines({ chosen, onChoose, hasFlair }: Props) {
  const { list, look, runtime } = useModels();
  useEffect(() => {
    if (list === null) look(true);
  }, [list, look]);
  const parts = useModelParts(true);
  return (
    <>
      {list !== null && list.length > 0 && (
        <RadioGroup
          className="choices"
          value={chosen?.key ?? embedded}
          onChange={(key) => onChoose(key === embedded ? null : key)}
        >
          <Label>Engine</Label>
          <Radio value={embedded} className="choice">
            <strong>Embedded diffusion engine</strong>
          </Radio>
          {list.map(({ key, model }) => {
            const lacksFlair = !hasFlair && model.inputs.some(({ role }) => role === 'flair');
            return (
              <Radio key={key} value={key} isDisabled={lacksFlair} className="choice">
                <strong>{model.title}</strong>
                <span className="quiet">
                  {lacksFlair
                    ? 'Requires a FLAIR image, and none has this role.'
                    : `Model in this browser, ${model.id} ${model.version}. Atoll has not evaluated it.`}
                </span>
              </Radio>
            );
          })}
        </RadioGroup>
      )}
      {parts !== null && chosen !== null && runtime !== 'ready' && <parts.RuntimeWords isSilent />}
      {parts !== null && <parts.ModelsPanel isSilent />}
    </>
  );
}
