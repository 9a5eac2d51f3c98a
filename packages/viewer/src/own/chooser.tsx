import { Button, FileTrigger } from 'react-aria-components';
import { pickedFiles } from './dropped-files.ts';
import type { OwnImages } from './use-own-images.ts';

/** The ways to bring images. */
export function Chooser({ own }: { own: OwnImages }) {
  const onSelect = (list: FileList | null) => {
    if (list !== null && list.length > 0) own.bring(async () => pickedFiles(list));
  };
  return (
    <section className="chooser" aria-label="Choose images">
      <p>
        Drop files or a folder anywhere on this page, or choose them. They are read and sorted in this page;
        nothing is sent while you look at what was found.
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
        <dt>What is taken</dt>
        <dd>
          NIfTI (.nii, .nii.gz), MetaImage (.mha, .mhd), DICOM in folders of any depth, or a ZIP of these.
        </dd>
        <dt>What is needed</dt>
        <dd>
          DWI and ADC of one examination. Directions of one b-value are combined to a trace image, and a
          missing ADC is computed from b0 and trace. FLAIR and an expert’s mask are optional.
        </dd>
        <dt>What can run here</dt>
        <dd>
          The embedded diffusion engine alone. It gives the same mask as on a service, and needs no network.
        </dd>
      </dl>
    </section>
  );
}
