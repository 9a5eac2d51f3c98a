import { PageConfig } from '@atoll/contract/page-config';

let reading: Promise<PageConfig> | null = null;

/** config.json beside the page, read once; the usual where there is none, or another file in its place. */
export function pageConfig(): Promise<PageConfig> {
  reading ??= fetch(new URL('config.json', document.baseURI), { cache: 'no-cache' })
    .then((answer) => answer.json())
    .catch(() => null)
    .then((content: unknown) => PageConfig.safeParse(content).data ?? PageConfig.parse({}));
  return reading;
}
