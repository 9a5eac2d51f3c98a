import { HostVariables, PageConfig, ServiceUrl } from '@atoll/contract/page-config';
import { pageConfig } from './page-config.ts';

export type ServiceAddress = {
  /** Where its routes begin, without a slash at the end: of another origin, or for the page's own service a path. */
  readonly url: string;
  /** The service is the one that brought the page. */
  readonly isOwn: boolean;
  /** What a link asked for and this page may not use; null when it asked for nothing else. */
  readonly refused: string | null;
};

/** What the page knows of its surroundings when it starts. */
export type Surroundings = {
  /** The page's own address. */
  readonly href: string;
  /** Content of config.json; anything else where there is none. */
  readonly config: unknown;
  /** `window.huggingface`. */
  readonly host: unknown;
};

/**
 * Which service the page speaks to: `?api=…` if config.json allows it; the service that config.json names; the
 * host's variable; the page's own origin, below the path where the page lies. A link alone must not bring results of a stranger's service into a
 * page that readers trust.
 */
export function chooseAddress({ href, config, host }: Surroundings): ServiceAddress {
  const page = new URL(href);
  const { api, allowedApis } = PageConfig.safeParse(config).data ?? { api: null, allowedApis: [] };
  const variables = HostVariables.safeParse(host).data?.variables;
  const usual = serviceAt(api ?? variables?.ATOLL_API_URL ?? page.origin, page);
  const text = page.searchParams.get('api');
  if (text === null) return { ...usual, refused: null };
  const asked = ServiceUrl.safeParse(text).data;
  const known = asked !== undefined && [...allowedApis, api, page.origin].includes(asked);
  return known ? { ...serviceAt(asked, page), refused: null } : { ...usual, refused: text };
}

/** The page's own service is asked where the page lies: a proxy may have put both below a path. */
function serviceAt(url: string, page: URL): Pick<ServiceAddress, 'url' | 'isOwn'> {
  if (url !== page.origin) return { url, isOwn: false };
  return { url: new URL('.', page).pathname.slice(0, -1), isOwn: true };
}

/** Looks around, and chooses. */
export async function findAddress(): Promise<ServiceAddress> {
  const host: unknown = 'huggingface' in window ? window.huggingface : null;
  return chooseAddress({ href: window.location.href, config: await pageConfig(), host });
}
