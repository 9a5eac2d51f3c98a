import { expectAnswer } from '@atoll/contract/client';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { hasToken, serviceFetch } from '../connection/token-fetch.ts';
import { Failure } from './failure.tsx';
import { save } from './save.ts';

type Props = { readonly href: string; readonly words: string };

/** A file of the service to save. Where the page asks with a token, no link of the browser's own would bring it. */
export function FileLink({ href, words }: Props) {
  return hasToken() ? (
    <WithToken href={href} words={words} />
  ) : (
    <a className="link" href={href} download>
      {words}
    </a>
  );
}

function WithToken({ href, words }: Props) {
  const [isFetching, setFetching] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fetchAndSave = async () => {
    setFetching(true);
    setError(null);
    try {
      const response = await serviceFetch(href);
      await expectAnswer(response);
      save(nameOf(response, href), new Uint8Array(await response.arrayBuffer()));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setFetching(false);
    }
  };
  return (
    <>
      <Button className="link" isDisabled={isFetching} onPress={() => void fetchAndSave()}>
        {isFetching ? `${words}…` : words}
      </Button>
      {error !== null && <Failure error={error} />}
    </>
  );
}

function nameOf({ headers }: Response, href: string): string {
  const [, name] = /filename="([^"]+)"/.exec(headers.get('Content-Disposition') ?? '') ?? [];
  return name ?? new URL(href, document.baseURI).pathname.split('/').at(-1) ?? 'file';
}
