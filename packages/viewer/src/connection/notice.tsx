import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import { useConnection } from './connection.ts';
import type { Trouble } from './diagnosis.ts';
import type { Wait } from './waits.ts';
import './notice.css';

/** What the page waits for, above everything else; nothing while nothing waits. @param children further notices. */
export function ConnectionNotice({ children }: { readonly children?: ReactNode }) {
  const { waits, address } = useConnection();
  const list = useSyncExternalStore(
    (listener) => waits.subscribe(listener),
    () => waits.list,
  );
  return (
    <div className="notices">
      {children}
      {address.refused !== null && (
        <p className="connection" role="alert">
          The link requests the service <code>{address.refused}</code>, which this page is not configured to
          use. It uses {address.isOwn ? 'its own service' : <code>{address.url}</code>} instead.
        </p>
      )}
      {list.length > 0 && (
        <Waiting
          list={list}
          isOwn={address.isOwn}
          onStop={() => waits.stopAll()}
          onTry={() => waits.tryAllNow()}
        />
      )}
    </div>
  );
}

type WaitingProps = {
  readonly list: readonly Wait[];
  /** The page came from the service itself. */
  readonly isOwn: boolean;
  readonly onStop: () => void;
  readonly onTry: () => void;
};

function Waiting({ list, isOwn, onStop, onTry }: WaitingProps) {
  const now = useNow();
  const trouble = worstOf(list);
  const seconds = Math.max(0, Math.round((now - Math.min(...list.map(({ since }) => since))) / 1000));
  const wait = Math.ceil((Math.min(...list.map(({ nextAt }) => nextAt)) - now) / 1000);
  const detail = list.find((each) => each.detail !== null)?.detail ?? null;
  const { title, text } = wordsOf(trouble, isOwn);
  return (
    <section className="connection" aria-label="Connection" data-trouble={trouble}>
      <div>
        <strong role="status">{title}</strong>
        <span className="figures quiet" aria-hidden="true">
          {seconds} s{wait > 0 && `, next attempt in ${wait} s`}
        </span>
        <p>
          {detail} {text}
        </p>
      </div>
      <div className="row">
        <Button className="button" onPress={onTry}>
          Try now
        </Button>
        <Button className="button" onPress={onStop}>
          Stop waiting
        </Button>
      </div>
    </section>
  );
}

/** Without a network nothing else can be known; and who is busy is awake. */
function worstOf(list: readonly Wait[]): Trouble {
  const order = ['offline', 'busy', 'sleeping'] as const;
  return order.find((trouble) => list.some((wait) => wait.trouble === trouble)) ?? 'sleeping';
}

function wordsOf(trouble: Trouble, isOwn: boolean): { title: string; text: string } {
  if (trouble === 'offline') {
    return { title: 'This device is offline', text: 'The page continues when the network is back.' };
  }
  if (trouble === 'busy') {
    return { title: 'The service is busy', text: 'It is running; the page retries automatically.' };
  }
  if (isOwn) {
    return {
      title: 'The service is not responding',
      text: 'It may be restarting. Jobs continue or restart there, and the page reconnects automatically.',
    };
  }
  return {
    title: 'The service is waking up',
    text: 'It sleeps when idle and takes one to two minutes to start. The page continues automatically.',
  };
}

/** performance.now(), once a second. */
function useNow(): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
