import { type Absence, ServiceError, UnreachableError } from '@atoll/contract/client';
import { Button } from 'react-aria-components';
import { RefusedPageError } from '../connection/diagnosis.ts';
import './failure.css';

type Words = {
  readonly title: string;
  readonly detail: string;
  readonly action: string;
  readonly code: string;
};

const tryLater =
  'Try again in a minute or two; if the problem persists, contact the administrator of the service.';
const absenceWords: Record<Absence, { detail: string; action: string }> = {
  'no-answer': { detail: 'There was no response.', action: tryLater },
  gateway: { detail: 'The gateway reports that the service is unavailable.', action: tryLater },
  'wake-page': { detail: 'The host is still showing its own page instead of the service.', action: tryLater },
  stranger: {
    detail: 'Something else is running at its address, or a service of another version.',
    action:
      'Reload the page; if the problem persists, the administrator should check the address of the service.',
  },
};

/** Any error in words: what happened, and what to do. */
function wordsOf(error: unknown): Words {
  if (error instanceof ServiceError) {
    const { detail, action, code } = error.problem;
    return { title: 'The request failed', detail, action, code };
  }
  if (error instanceof RefusedPageError) {
    return {
      title: 'The service does not accept requests from this page',
      detail: 'It is running, but does not allow requests from this origin.',
      action: `The administrator can add ${window.location.origin} to ATOLL_ORIGINS.`,
      code: 'ORIGIN',
    };
  }
  if (error instanceof UnreachableError) {
    const { detail, action } = absenceWords[error.absence];
    return {
      title: navigator.onLine ? 'The service is not responding' : 'This device is offline',
      detail,
      action,
      code: error.status === null ? 'UNREACHABLE' : `UNREACHABLE ${error.status}`,
    };
  }
  return {
    title: 'Unexpected error in the viewer',
    detail: error instanceof Error ? error.message : 'Unknown error.',
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
            Retry
          </Button>
        )}
        <code className="quiet">{words.code}</code>
      </div>
    </div>
  );
}
