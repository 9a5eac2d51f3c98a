import { HostVariables, PageConfig, ServiceUrl } from '@atoll/contract/page-config';
import { pageConfig } from './page-config.ts';

export type ServiceAddress = {
  /** No slash at the end; '' is the page's own origin. */
  readonly url: string;
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
 * host's variable; the page's own origin. A link alone must not bring results of a stranger's service into a
 * page that readers trust.
 */
export function chooseAddress({ href, config, host }: Surroundings): ServiceAddress {
  const page = new URL(href);
  const { api, allowedApis } = PageConfig.safeParse(config).data ?? { api: null, allowedApis: [] };
  const variables = HostVariables.safeParse(host).data?.variables;
  const usual = withoutOwn(api ?? variables?.ATOLL_API_URL ?? '', page);
  const text = page.searchParams.get('api');
  if (text === null) return { url: usual, refused: null };
  const asked = ServiceUrl.safeParse(text).data;
  const known = asked !== undefined && [...allowedApis, api, page.origin].includes(asked);
  return known ? { url: withoutOwn(asked, page), refused: null } : { url: usual, refused: text };
}

function withoutOwn(url: string, page: URL): string {
  return url === page.origin ? '' : url;
}

/** Looks around, and chooses. */
export async function findAddress(): Promise<ServiceAddress> {
  const host: unknown = 'huggingface' in window ? window.huggingface : null;
  return chooseAddress({ href: window.location.href, config: await pageConfig(), host });
}
