import { Label, ProgressBar } from 'react-aria-components';
import './progress.css';

type Props = {
  readonly message: string;
  /** null while nothing can be said of it. */
  readonly percent: number | null;
};

export function ProgressLine({ message, percent }: Props) {
  return (
    <ProgressBar className="progress" value={percent ?? 0} isIndeterminate={percent === null}>
      <Label className="row spread">
        <span role="status">{message}</span>
        <span className="figures">{percent === null ? '' : `${percent} %`}</span>
      </Label>
      <div className="track">
        <div className="fill" style={{ width: `${percent ?? 0}%` }} />
      </div>
    </ProgressBar>
  );
}
