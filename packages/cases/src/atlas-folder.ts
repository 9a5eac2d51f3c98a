import { pinnedAtlas } from '@atoll/atlas/pinned-atlas';
import type { AtlasPaths } from '@atoll/atlas/thread';
import { PinnedFiles } from './remote/pinned-files.ts';

type AtlasFile = (typeof pinnedAtlas)['files'][number];

/** The atlas on this machine's disk, if it was fetched. */
export class AtlasFolder extends PinnedFiles<AtlasFile> {
  readonly about = pinnedAtlas;

  constructor(folder: string) {
    super(folder, pinnedAtlas.files);
  }

  /** Where each label image is, and its hash. */
  paths(): AtlasPaths {
    const of = (kind: AtlasFile['kind']) => {
      const file = this.files.find((each) => each.kind === kind);
      if (file === undefined) throw new Error(`no ${kind} file`);
      return { path: this.pathOf(file), sha256: file.sha256 };
    };
    return {
      territory: of('territory'),
      aspects: of('aspects'),
      pcAspects: of('pcAspects'),
      structure: of('structure'),
    };
  }
}
