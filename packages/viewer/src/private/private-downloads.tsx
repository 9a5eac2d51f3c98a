import { Button } from 'react-aria-components';
import { type PrivateFiles, zipOf } from './result-files.ts';

type Bytes = Uint8Array<ArrayBuffer>;

type Props = {
  readonly results: PrivateFiles;
  readonly saved: boolean;
  readonly onSaved: () => void;
};

/** The files of a private result. They are nowhere but in this page until they are saved. */
export function PrivateDownloads({ results, saved, onSaved }: Props) {
  const files: [title: string, name: string, bytesOf: () => Bytes, holdsMask: boolean][] = [
    ['Mask (NIfTI)', 'lesion_msk.nii.gz', () => results.mask, true],
    ['Report (JSON)', 'report.json', () => results.report, false],
    ['Everything (ZIP)', 'atoll-result.zip', () => zipOf(results), true],
  ];
  return (
    <section aria-label="Downloads">
      <h3>Save the result</h3>
      <ul className="downloads">
        {files.map(([title, name, bytesOf, holdsMask]) => (
          <li key={name}>
            <Button
              className="link"
              onPress={() => {
                save(name, bytesOf());
                if (holdsMask) onSaved();
              }}
            >
              {title}
            </Button>
          </li>
        ))}
      </ul>
      <p className={saved ? 'quiet' : 'caution'} role="status">
        {saved
          ? 'Saved. The page itself keeps nothing.'
          : 'Kept in this page alone: gone when it is closed or reloaded. Save what you need.'}
      </p>
    </section>
  );
}

/** Hands bytes to the browser as a file. */
function save(name: string, bytes: Bytes): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the file after this task, and tells nobody when it is done.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
