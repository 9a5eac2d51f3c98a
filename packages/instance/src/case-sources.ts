import { join } from 'node:path';
import { BidsSource } from '@atoll/cases/bids/source';
import { ExampleSource } from '@atoll/cases/example/source';
import { HubSource } from '@atoll/cases/hub/source';
import { PhantomSource } from '@atoll/cases/phantom/source';
import { CaseRegistry } from '@atoll/cases/registry';
import type { CaseSource } from '@atoll/cases/source';
import type { UploadedCases } from '@atoll/cases/uploads/uploaded-cases';
import type { Settings } from './settings.ts';

type SourceSettings = Pick<Settings, 'dataDir' | 'bidsDir' | 'hub'>;

/** The cases that an instance with these settings has, the uploaded ones last. */
export function openCaseSources(settings: SourceSettings, uploads: UploadedCases): CaseRegistry {
  const { bidsDir, hub } = settings;
  const folder = caseFolder(settings);
  const sources: CaseSource[] = [
    ...(bidsDir === null ? [] : [new BidsSource(bidsDir)]),
    ...(hub === null ? [] : [new HubSource({ ...hub, cacheDir: join(folder, 'hub') })]),
    new ExampleSource(folder),
    new PhantomSource({ cacheDir: folder }),
    uploads,
  ];
  return new CaseRegistry(sources);
}

/** Where sources keep what they made or fetched. */
export function caseFolder({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'cases');
}
