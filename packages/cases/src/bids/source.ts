import { AtollError } from '@atoll/errors/error';
import type { CaseRole } from '@atoll/volume/case-files';
import type { CaseSource, CaseSummary, OpenedCase, OpenOptions } from '../source.ts';
import { type DatasetDescription, DatasetFolder, describeDataset } from './folder.ts';
import { type BidsCase, type BidsScan, scanDataset } from './scan.ts';

/** How long a scan stands: a page asks for the list and for a case at about the same time. */
const scanLastsMs = 5_000;

type KnownScan = BidsScan & { readonly about: DatasetDescription };

/** The subjects of a BIDS folder, read when asked for: the list by file names, images when a case is opened. */
export class BidsSource implements CaseSource {
  readonly id = 'bids';
  readonly title: string;
  readonly folder: DatasetFolder;
  #scan: { readonly promise: Promise<KnownScan>; readonly endsAt: number } | null = null;
  #remarks: readonly string[] = [];

  constructor(root: string, title = 'BIDS folder') {
    this.folder = new DatasetFolder(root);
    this.title = title;
  }

  /** @throws AtollError FILE_UNREADABLE when the folder is not there. */
  async list(): Promise<readonly CaseSummary[]> {
    const { cases, about } = await this.#scanned();
    return cases.map((each) => summarise(each, this.id, about));
  }

  remarks(): readonly string[] {
    return this.#remarks;
  }

  /** The cases as the folder has them, with the paths of their files. @throws AtollError FILE_UNREADABLE */
  async scan(): Promise<readonly BidsCase[]> {
    return (await this.#scanned()).cases;
  }

  async open(caseId: string, { signal }: OpenOptions = {}): Promise<OpenedCase> {
    const found = (await this.#scanned()).cases.find(({ id }) => id === caseId);
    if (found === undefined) throw new AtollError('CASE_UNKNOWN');
    if (signal?.aborted) throw new AtollError('JOB_CANCELLED');
    // Only where images are read: it brings the whole of recognition along.
    const { computedAdc, givenAdc } = await import('./diffusion-image.ts');
    const { placeNamed } = await import('@atoll/intake/named-images');
    const read = (path: string) => this.folder.readImage(path, signal);
    const optional = (path: string | null) => (path === null ? undefined : read(path));
    const text = (path: string | null) => (path === null ? null : this.folder.readText(path));
    const weighting = async () => ({ bval: await text(found.bval), bvec: await text(found.bvec) });
    const [dwi, adc, flair, reference] = await Promise.all([
      read(found.dwi),
      optional(found.adc),
      optional(found.flair),
      optional(found.reference),
    ]);
    const diffusion =
      adc === undefined
        ? await computedAdc(dwi, await weighting(), signal)
        : await givenAdc(dwi, adc, weighting);
    const placed = await placeNamed(
      { dwi: diffusion.dwi, adc: diffusion.adc, ...(flair && { flair }), ...(reference && { reference }) },
      signal,
    );
    const derivation = [...diffusion.derivation, ...placed.derivation];
    const cautions = [...diffusion.cautions, ...placed.cautions];
    return {
      ...placed.files,
      ...(derivation.length > 0 && { derivation }),
      ...(cautions.length > 0 && { cautions }),
    };
  }

  #scanned(): Promise<KnownScan> {
    const now = performance.now();
    if (this.#scan === null || this.#scan.endsAt <= now) {
      const promise = this.#scanNow();
      this.#scan = { promise, endsAt: now + scanLastsMs };
      promise.catch(() => {
        this.#scan = null;
      });
    }
    return this.#scan.promise;
  }

  async #scanNow(): Promise<KnownScan> {
    const [scan, about] = await Promise.all([scanDataset(this.folder), describeDataset(this.folder)]);
    this.#remarks = scan.remarks;
    return { ...scan, about };
  }
}

function summarise(found: BidsCase, source: string, { Name, License }: DatasetDescription): CaseSummary {
  const { id, subject, session, flair, reference, word } = found;
  const images: CaseRole[] = [
    'dwi',
    'adc',
    ...(flair ? ['flair' as const] : []),
    ...(reference ? ['reference' as const] : []),
  ];
  return {
    id,
    title: session === null ? id : `sub-${subject}, session ${session}`,
    description: [Name ?? 'From a BIDS folder.', word].filter((text) => text !== null).join(' '),
    source,
    images,
    licence: License ?? null,
  };
}
