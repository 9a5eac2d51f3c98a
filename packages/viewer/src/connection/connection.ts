import { type Client, createClient } from '@atoll/contract/client';
import type { PageConfig } from '@atoll/contract/page-config';
import { createContext, useContext } from 'react';
import type { ServiceAddress } from './address.ts';
import { Patience } from './patience.ts';
import { serviceFetch } from './token-fetch.ts';
import { Waits } from './waits.ts';

/** The service that the page speaks to: its address, its API, and how it is waited for. */
export type Connection = {
  readonly address: ServiceAddress;
  readonly client: Client;
  /** How people sign in to it, as far as its own page says; of another's it turns out. */
  readonly auth: NonNullable<PageConfig['auth']>;
  /** Whether it may search image archives, as far as its own page says. */
  readonly hasArchives: boolean;
  readonly waits: Waits;
  readonly patience: Patience;
};

export function openConnection(address: ServiceAddress, config: PageConfig): Connection {
  const waits = new Waits();
  const isAwake = address.isOwn ? undefined : () => answersWithImage(address.url);
  return {
    address,
    client: createClient(address.url, (url, init) => serviceFetch(String(url), init)),
    auth: address.isOwn ? (config.auth ?? 'none') : 'none',
    hasArchives: address.isOwn && config.archives === true,
    waits,
    patience: new Patience(waits, isAwake),
  };
}

/** An image needs no leave by CORS: it comes from a service that runs, and from no host that wakes one. */
function answersWithImage(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    setTimeout(() => resolve(false), 10_000);
    image.src = `${url}/favicon.svg?${Date.now()}`;
  });
}

const Context = createContext<Connection | null>(null);
export const ConnectionProvider = Context.Provider;

export function useConnection(): Connection {
  const connection = useContext(Context);
  if (connection === null) throw new Error('No connection was given to the page.');
  return connection;
}
