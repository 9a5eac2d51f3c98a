import { AtollError } from '@atoll/errors/error';
import { z } from 'zod';
import { type Patience, usualPatience } from '../remote/remote.ts';
import { RemoteFile } from '../remote/remote-file.ts';
import { fetchJson } from '../remote/remote-json.ts';

export type HubPlace = {
  /** Such as `hugging-science/isles24-stroke`. */
  readonly dataset: string;
  /** Commit, 40 hexadecimal digits. */
  readonly revision: string;
  readonly token: string | null;
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly patience?: Patience;
};

export type Shard = { readonly path: string; readonly sizeBytes: number };

const Tree = z.array(z.object({ type: z.string(), path: z.string(), size: z.number().int().nonnegative() }));

/** More than any data set of cases has. */
const maxShards = 10_000;

/** One revision of one data set of the hub: its files, and parts of them. */
export class HubClient {
  readonly #place: HubPlace;
  readonly #patience: Patience;

  constructor(place: HubPlace) {
    this.#place = place;
    this.#patience = place.patience ?? usualPatience;
  }

  /**
   * The Parquet files of the revision, by name.
   * @throws AtollError SOURCE_UNREACHABLE, SOURCE_REFUSED, SOURCE_INVALID, JOB_CANCELLED
   */
  async listShards(signal?: AbortSignal): Promise<readonly Shard[]> {
    const { endpoint, dataset, revision, token } = this.#place;
    let page: URL | null = new URL(
      `${endpoint}/api/datasets/${dataset}/tree/${revision}/data?recursive=true`,
    );
    const origin = page.origin;
    const shards: Shard[] = [];
    while (page !== null) {
      const options = { token, patience: this.#patience, ...(signal === undefined ? {} : { signal }) };
      const { json, headers } = await fetchJson(page, options);
      const tree = Tree.safeParse(json);
      if (!tree.success) throw new AtollError('SOURCE_INVALID', 'The file list of the hub cannot be read.');
      for (const { type, path, size } of tree.data) {
        if (type === 'file' && path.endsWith('.parquet')) shards.push({ path, sizeBytes: size });
      }
      page = nextPage(headers, page);
      if (shards.length > maxShards || (page !== null && page.origin !== origin)) {
        throw new AtollError('SOURCE_INVALID', 'The file list of the hub is not valid.');
      }
    }
    if (shards.length === 0) {
      throw new AtollError('SOURCE_INVALID', 'The data set has no Parquet files in this revision.');
    }
    return shards.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  file({ path, sizeBytes }: Shard): RemoteFile {
    const { endpoint, dataset, revision, token } = this.#place;
    const name = path.split('/').map(encodeURIComponent).join('/');
    const url = `${endpoint}/datasets/${dataset}/resolve/${revision}/${name}`;
    return new RemoteFile({ url, sizeBytes, token, patience: this.#patience });
  }
}

function nextPage(headers: Headers, from: URL): URL | null {
  const [, target] = /<([^<>]+)>\s*;\s*rel="next"/.exec(headers.get('link') ?? '') ?? [];
  return target !== undefined && URL.canParse(target, from) ? new URL(target, from) : null;
}
