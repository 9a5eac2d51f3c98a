import type { AtollError } from '@atoll/errors/error';
import { FailureWords } from './failure.tsx';

/** What went wrong in this page, in the catalogue's words. */
export function CaughtFailure({ title, error }: { title: string; error: AtollError }) {
  const { message, action, code } = error;
  return <FailureWords words={{ title, detail: message, action, code }} />;
}
