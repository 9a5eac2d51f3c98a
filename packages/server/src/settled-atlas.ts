import { join } from 'node:path';
import { ThreadLocator } from '@atoll/atlas/thread';
import { AtlasFolder } from '@atoll/cases/atlas-folder';
import type { LocationWish } from '@atoll/engines/location';
import type { Settings } from './settings.ts';

type AtlasSettings = Pick<Settings, 'atlasDir' | 'dataDir'>;

/** The folder of the atlas as the settings have it. */
export function atlasFolderOf({ atlasDir, dataDir }: AtlasSettings): AtlasFolder {
  return new AtlasFolder(atlasDir ?? join(dataDir, 'atlas'));
}

/** How lesions are placed here; looked at each time, for an atlas may be fetched while a server runs. */
export async function locationWishOf(
  settings: AtlasSettings & Pick<Settings, 'aspectsCutoff'>,
): Promise<LocationWish> {
  const folder = atlasFolderOf(settings);
  const locator = (await folder.areThere()) ? new ThreadLocator(folder.paths()) : null;
  return { locator, cutoff: settings.aspectsCutoff };
}
