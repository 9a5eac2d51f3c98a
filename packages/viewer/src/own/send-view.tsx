import { type CaseFiles, caseRoles } from '@atoll/volume/case-files';
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { Failure } from '../app/failure.tsx';
import type { MadeCase } from './use-own-images.ts';
import type { SendHandle } from './use-sending.ts';

type Props = {
  readonly made: MadeCase;
  /** Where it would go, for people. */
  readonly host: string;
  readonly sending: SendHandle;
  readonly onBack: () => void;
};

const titles = { dwi: 'DWI', adc: 'ADC', flair: 'FLAIR', reference: 'Reference mask' } as const;

/** The service's host, for people. */
export function hostOf({ url }: { readonly url: string }): string {
  return new URL(url, window.location.href).host;
}

/** All that would leave this page, before it does. */
export function SendView({ made, host, sending, onBack }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { state } = sending;
  const files = filesOf(made.files);
  const busy = state.status === 'sending';
  return (
    <section className="sorting" aria-label="What will be sent">
      <h3 ref={heading} tabIndex={-1}>
        What will be sent to {host}
      </h3>
      <table className="figures sent-files">
        <thead>
          <tr>
            <th scope="col">Image</th>
            <th scope="col">Sent as</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ role, bytes }) => (
            <tr key={role}>
              <th scope="row">{titles[role]}</th>
              <td>{role} (NIfTI, gzipped)</td>
              <td>{sizeText(bytes.length)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="plain-list">
        {made.derivation.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        <li>
          Not sent: DICOM, file and folder names, and every text of the headers (descrip, aux_file, db_name,
          intent name, extensions).
        </li>
        <li>
          Images of a head that is not skull-stripped can show a face. Whoever has the case’s link can see it,
          until it expires or you delete it.
        </li>
      </ul>
      {state.status === 'failed' && <Failure error={state.error} />}
      <div className="row ways">
        <Button className="button primary" isDisabled={busy} onPress={() => sending.send(made.files)}>
          {busy ? 'Sending…' : `Send ${files.length} files`}
        </Button>
        <Button className="button" onPress={busy ? sending.cancel : onBack}>
          {busy ? 'Cancel' : 'Back, send nothing'}
        </Button>
      </div>
      <p className="quiet" role="status">
        {busy ? `Sending ${sizeText(totalBytes(made.files))} to ${host}` : ''}
      </p>
    </section>
  );
}

function filesOf(files: CaseFiles) {
  return caseRoles.flatMap((role) => {
    const bytes = files[role];
    return bytes === undefined ? [] : [{ role, bytes }];
  });
}

function totalBytes(files: CaseFiles): number {
  return filesOf(files).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function sizeText(bytes: number): string {
  return bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
