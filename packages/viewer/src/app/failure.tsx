import { ServiceError, UnreachableError } from '@atoll/contract/client';
import { Button } from 'react-aria-components';

type Words = {
  readonly title: string;
  readonly detail: string;
  readonly action: string;
  readonly code: string;
};

/** Any error in words: what happened, and what to do. */
function wordsOf(error: unknown): Words {
  if (error instanceof ServiceError) {
    const { detail, action, code } = error.problem;
    return { title: 'This did not work', detail, action, code };
  }
  if (error instanceof UnreachableError) {
    return {
      title: 'The service does not answer',
      detail: navigator.onLine ? 'No answer came from the service.' : 'This device is offline.',
      action: 'Check that it is running and that you are connected, then try again.',
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
