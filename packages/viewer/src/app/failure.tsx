import { type Absence, ServiceError, UnreachableError } from '@atoll/contract/client';
import { Button } from 'react-aria-components';
import { RefusedPageError } from '../connection/diagnosis.ts';

type Words = {
  readonly title: string;
  readonly detail: string;
  readonly action: string;
  readonly code: string;
};

const tryLater = 'Try again in a minute or two; if it stays so, tell whoever hosts the service.';
const absenceWords: Record<Absence, { detail: string; action: string }> = {
  'no-answer': { detail: 'No answer came from it.', action: tryLater },
  gateway: { detail: 'Its host answers in its place that it is not there.', action: tryLater },
  'wake-page': { detail: 'Its host still shows a page of its own in its place.', action: tryLater },
  stranger: {
    detail: 'Something else answers at its address, or a service of another version.',
    action: 'Reload the page; if it stays so, whoever hosts it should check the address of the service.',
  },
};

/** Any error in words: what happened, and what to do. */
function wordsOf(error: unknown): Words {
  if (error instanceof ServiceError) {
    const { detail, action, code } = error.problem;
    return { title: 'This did not work', detail, action, code };
  }
  if (error instanceof RefusedPageError) {
    return {
      title: 'The service refuses this page',
      detail: 'It is awake, but does not take requests from pages of this origin.',
      action: `Whoever hosts it can add ${window.location.origin} to ATOLL_ORIGINS.`,
      code: 'ORIGIN',
    };
  }
  if (error instanceof UnreachableError) {
    const { detail, action } = absenceWords[error.absence];
    return {
      title: navigator.onLine ? 'The service does not answer' : 'This device is offline',
      detail,
      action,
      code: error.status === null ? 'UNREACHABLE' : `UNREACHABLE ${error.status}`,
    };
  }
  return {
    title: 'The page made a mistake',
    detail: error instanceof Error ? error.message : 'An unknown error.',
    action: 'Reload the page; if it happens again, report it.',
    code: 'PAGE',
  };
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return <FailureWords words={wordsOf(error)} {...(onRetry === undefined ? {} : { onRetry })} />;
}

export function FailureWords({ words, onRetry }: { words: Words; onRetry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <h3>{words.title}</h3>
      <p>{words.detail}</p>
      <p className="quiet">{words.action}</p>
      <div className="row">
        {onRetry !== undefined && (
          <Button className="button" onPress={onRetry}>
            Try again
          </Button>
        )}
        <code className="quiet">{words.code}</code>
      </div>
    </div>
  );
}
