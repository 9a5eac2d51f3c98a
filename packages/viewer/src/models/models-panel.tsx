import type { ModelDescription } from '@atoll/models/description';
import { useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { CaughtFailure } from '../ui/caught-failure.tsx';
import { filesOfPicker, modelAmong } from './model-source.ts';
import { useModels } from './models-context.ts';
import './models-panel.css';

type Props = {
  /** Images are open, and nothing is requested of anybody unless the reader says so. */
  readonly isSilent: boolean;
};

/** The models that this browser keeps: to add, to look at, to remove. */
export function ModelsPanel({ isSilent }: Props) {
  const models = useModels();
  const { list, broken, error, remove, look, prepare } = models;
  const count = list?.length ?? 0;
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="models-panel"
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
        if (!currentTarget.open) return;
        look(isSilent);
        if (!isSilent) prepare();
      }}
    >
      <summary>
        Models of your own{count > 0 && <span className="quiet figures"> {count} in this browser</span>}
      </summary>
      {isOpen && error !== null && <CaughtFailure title="No models in this browser" error={error} />}
      {isOpen && error === null && (
        <div className="models-content">
          <p className="quiet">
            A folder with atoll-model.json and its ONNX files, or a ZIP of it. It is checked, kept in this
            browser and never sent; it then runs on your local images.
          </p>
          {count > 0 && (
            <ul className="plain-list" aria-label="Models in this browser">
              {list?.map(({ key, model, bytes }) => (
                <li key={key}>
                  <ModelFacts model={model} bytes={bytes} />
                  <Button className="link" aria-label={`Remove ${model.title}`} onPress={() => remove(key)}>
                    Remove
                  </Button>
                </li>
              ))}
            </ul>
          )}
          {broken.map(({ key, reason }) => (
            <p key={key} className="caution">
              A model here cannot be used: {reason}{' '}
              <Button className="link" onPress={() => remove(key)}>
                Remove it
              </Button>
            </p>
          ))}
          <AddButtons />
          <RuntimeWords isSilent={isSilent} />
        </div>
      )}
    </details>
  );
}

function AddButtons() {
  const { add } = useModels();
  const [isNone, setNone] = useState(false);
  const onSelect = async (chosen: FileList | null) => {
    if (chosen === null || chosen.length === 0) return;
    const source = await modelAmong(filesOfPicker(chosen));
    setNone(source === null);
    if (source !== null) add(source);
  };
  return (
    <>
      <div className="row">
        <FileTrigger allowsMultiple acceptedFileTypes={['.zip', '.json', '.onnx']} onSelect={onSelect}>
          <Button className="button">Add a model (ZIP or files)</Button>
        </FileTrigger>
        <FileTrigger acceptDirectory onSelect={onSelect}>
          <Button className="button">Add a model’s folder</Button>
        </FileTrigger>
      </div>
      {isNone && (
        <p className="caution" role="alert">
          There is no atoll-model.json among these files. Models of nnU-Net and MONAI are imported by atoll
          models import-nnunet and import-monai first.
        </p>
      )}
    </>
  );
}

/** How far the runtime is; while images are open it is loaded only when the reader says so. */
export function RuntimeWords({ isSilent }: Props) {
  const { runtime, prepare } = useModels();
  switch (runtime) {
    case 'loading':
      return (
        <p className="quiet" role="status">
          Loading ONNX Runtime from this page’s own host…
        </p>
      );
    case 'ready':
      return (
        <p className="quiet" role="status">
          ONNX Runtime is here: models run without any request.
        </p>
      );
    case 'missing':
      return (
        <p className="caution" role="status">
          The host of this page does not have ONNX Runtime, which runs models. Whoever runs it installs it
          once with atoll models runtime.
        </p>
      );
    default:
      return (
        <p className={runtime === 'failed' ? 'caution' : 'quiet'}>
          {runtime === 'failed'
            ? 'ONNX Runtime could not be loaded from this page’s host.'
            : 'ONNX Runtime is not loaded yet.'}{' '}
          <Button className="link" onPress={prepare}>
            {isSilent ? 'Load it from this page’s host (no image data is sent)' : 'Load it'}
          </Button>
        </p>
      );
  }
}

type Facts = { readonly model: ModelDescription; readonly bytes: number };

/** What a model says of itself. */
export function ModelFacts({ model, bytes }: Facts) {
  const roles = model.inputs.map(({ role }) => role.toUpperCase()).join(', ');
  const folds = model.folds.length;
  return (
    <div className="model-facts">
      <strong>{model.title}</strong>
      <span className="quiet figures">
        {model.id} {model.version} · {roles} · {folds} {folds === 1 ? 'network' : 'networks'},{' '}
        {bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`} · {model.licence}
      </span>
      <p className="quiet">{model.description}</p>
    </div>
  );
}
