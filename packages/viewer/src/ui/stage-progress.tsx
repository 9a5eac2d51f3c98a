import { Button } from 'react-aria-components';
import { ProgressLine } from './progress-line.tsx';
import './progress.css';

type Props = {
  readonly title: string;
  readonly message: string;
  /** null while nothing can be said of it. */
  readonly percent: number | null;
  readonly stages: readonly { readonly id: string; readonly title: string }[];
  /** Id of the stage that runs now. */
  readonly stage: string | null;
  /** Seconds, as text. */
  readonly elapsed: string;
  readonly cancelling: boolean;
  readonly onCancel: () => void;
};

/** How far a run is, by its stages, and the way to stop it. */
export function StageProgress(props: Props) {
  const { title, message, percent, stages, stage, elapsed, cancelling, onCancel } = props;
  const current = stages.findIndex(({ id }) => id === stage);
  return (
    <section className="job-progress" aria-label="Progress">
      <h2>{title}</h2>
      <ProgressLine message={message} percent={percent} />
      <ol className="stages">
        {stages.map(({ id, title: name }, at) => (
          <li key={id} data-state={at < current ? 'done' : at === current ? 'now' : 'ahead'}>
            {name}
          </li>
        ))}
      </ol>
      <div className="row spread">
        <span className="figures quiet">{elapsed} s</span>
        <Button className="button" isDisabled={cancelling} onPress={onCancel}>
          {cancelling ? 'Cancelling…' : 'Cancel'}
        </Button>
      </div>
    </section>
  );
}
