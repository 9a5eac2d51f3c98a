import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readAtlas } from '@atoll/atlas/atlas';
import { PreparedAtlas } from '@atoll/atlas/locate';
import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import type { AtlasKind } from '@atoll/atlas/regions';
import { segmentDiffusion } from '@atoll/engines/diffusion/pipeline';
import { numberLesions } from '@atoll/volume/numbered-lesions';
import type { Volume } from '@atoll/volume/volume';

/** What the atlas is asked about a case: where its lesions lie. */
export function placingTask(dwi: Volume, adc: Volume) {
  const { mask, brain } = segmentDiffusion({ dwi, adc }, 'balanced');
  if (brain === null) throw new Error('The engine outlined no brain.');
  const { numbers, count } = numberLesions(mask);
  return { adc, brain, mask, lesionNumbers: numbers, lesionCount: count };
}

export async function preparedAtlas(folder: string): Promise<PreparedAtlas> {
  const bytesOf = (kind: AtlasKind) => {
    const file = pinnedAtlas.files.find((each) => each.kind === kind);
    return readFile(path.join(folder, file?.name ?? ''));
  };
  const files = {
    territory: await bytesOf('territory'),
    aspects: await bytesOf('aspects'),
    pcAspects: await bytesOf('pcAspects'),
    structure: await bytesOf('structure'),
  };
  return new PreparedAtlas(await readAtlas(files));
}
