import { useEffect } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { isSilent } from '../mode/mode.ts';
import { useModels } from '../models/models-context.ts';
import { useModelParts } from '../models/use-model-parts.ts';
import { pickedFiles } from './dropped-files.ts';
import { useLocalCase } from './local-case.tsx';

/** The ways to open images. */
export function Chooser() {
  const { files, mode } = useLocalCase();
  const parts = useModelParts(true);
  const { look } = useModels();
  const silent = isSilent(mode);
  useEffect(() => {
    look(silent);
  }, [look, silent]);
  const onSelect = (list: FileList | null) => {
    if (list !== null && list.length > 0) files.read(async () => pickedFiles(list));
  };
  return (
    <section className="chooser" aria-label="Choose images">
      <p>
        Drop files or a folder anywhere on this page, or choose them. They are read and identified in this
        browser; nothing is uploaded unless you choose to.
      </p>
      <div className="row">
        <FileTrigger allowsMultiple onSelect={onSelect}>
          <Button className="button primary">Choose files</Button>
        </FileTrigger>
        <FileTrigger acceptDirectory onSelect={onSelect}>
          <Button className="button">Choose a folder</Button>
        </FileTrigger>
      </div>
      <dl className="takes">
        <dt>Accepted files</dt>
        <dd>
          NIfTI (.nii, .nii.gz), MetaImage (.mha, .mhd), DICOM in folders of any depth, or a ZIP of these.
        </dd>
        <dt>Required images</dt>
        <dd>
          DWI and ADC of one examination. Gradient directions of one b-value are combined into a trace image,
          and a missing ADC map is computed from b0 and trace. FLAIR and an expert’s mask are optional.
        </dd>
        <dt>Engine</dt>
        <dd>
          The embedded diffusion engine, or a model of your own. Either gives the same mask as on a service,
          and needs no network.
        </dd>
      </dl>
      {parts !== null && <parts.ModelsPanel isSilent={silent} />}
    </section>
  );
}
