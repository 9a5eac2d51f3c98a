import { type CaseFiles, caseRoles } from '@atoll/volume/case-files';
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { useAccess } from '../account/access.ts';
import { useConnection } from '../connection/connection.ts';
import { useLocalCase } from '../local-images/local-case.tsx';
import type { MadeCase } from '../local-images/use-local-images.ts';
import { Failure } from '../ui/failure.tsx';
import { usePlace } from '../viewing/place.ts';
import { useUpload } from './use-upload.ts';
import './upload.css';

type Props = {
  readonly made: MadeCase;
  readonly onBack: () => void;
};

const titles = { dwi: 'DWI', adc: 'ADC', flair: 'FLAIR', reference: 'Reference mask' } as const;

/** The service's host, for people. */
function hostOf({ url }: { readonly url: string }): string {
  return new URL(url, window.location.href).host;
}

/** All that would leave this browser, before it does. */
export function UploadPanel({ made, onBack }: Props) {
  const { address } = useConnection();
  const { isAsked } = useAccess();
  const { files: local } = useLocalCase();
  const [, go] = usePlace();
  const host = hostOf(address);
  const upload = useUpload((caseId) => {
    local.close();
    go({ caseId, jobId: null });
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { state } = upload;
  const files = filesOf(made.files);
  const busy = state.status === 'sending';
  return (
    <section className="review" aria-label="Files to upload">
      <h3 ref={heading} tabIndex={-1}>
        Files to upload to {host}
      </h3>
      <table className="figures sent-files">
        <thead>
          <tr>
            <th scope="col">Image</th>
            <th scope="col">Uploaded as</th>
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
          Not uploaded: DICOM files, file and folder names, and any text in the image headers (descrip,
          aux_file, db_name, intent name, extensions).
        </li>
        <li>
          Images that are not skull-stripped can show a face.{' '}
          {isAsked
            ? 'You, your group and administrators can see the case'
            : 'Anyone with the link to the case can see it'}{' '}
          until it expires or you delete it.
        </li>
      </ul>
      {state.status === 'failed' && <Failure error={state.error} />}
      <div className="row ways">
        <Button className="button primary" isDisabled={busy} onPress={() => upload.send(made.files)}>
          {busy ? 'Uploading…' : `Upload ${files.length} files`}
        </Button>
        <Button className="button" onPress={busy ? upload.cancel : onBack}>
          {busy ? 'Cancel' : 'Back (upload nothing)'}
        </Button>
      </div>
      <p className="quiet" role="status">
        {busy ? `Uploading ${sizeText(totalBytes(made.files))} to ${host}` : ''}
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
