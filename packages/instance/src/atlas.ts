import { join } from 'node:path';
import { ThreadLocator } from '@atoll/atlas/thread';
import { AtlasFolder } from '@atoll/cases/atlas-folder';
import type { LocationWish } from '@atoll/engines/location';
import type { Settings } from './settings.ts';

/** The folder of the atlas as the settings have it. */
export function atlasFolderOf({ atlasDir, dataDir }: Pick<Settings, 'atlasDir' | 'dataDir'>): AtlasFolder {
  return new AtlasFolder(atlasDir ?? join(dataDir, 'atlas'));
}

/** How lesions are placed by what is in the folder now. */
export async function locationWishOf(
  folder: AtlasFolder,
  { aspectsCutoff }: Pick<Settings, 'aspectsCutoff'>,
): Promise<LocationWish> {
  const locator = (await folder.areThere()) ? new ThreadLocator(folder.paths()) : null;
  return { locator, cutoff: aspectsCutoff };
}
