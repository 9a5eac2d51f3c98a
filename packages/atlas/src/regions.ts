/** The label images of an atlas: arterial territories, ASPECTS and PC-ASPECTS regions, lobes and deep structures. */
export type AtlasKind = 'territory' | 'aspects' | 'pcAspects' | 'structure';
export const atlasKinds: readonly AtlasKind[] = ['territory', 'aspects', 'pcAspects', 'structure'];

export type RegionSide = 'left' | 'right' | 'midline';

/** What a label stands for. */
export type Region = {
  readonly label: number;
  readonly name: string;
  readonly side: RegionSide;
  /** The artery or score item that it belongs to: "MCA", "M1"; the name itself where there is none. */
  readonly group: string;
  readonly isVentricle?: true;
};

/** The regions of a label image, by rising label. Labels of the rest of the brain are no regions. */
export function regionsOf(kind: AtlasKind): readonly Region[] {
  return regions[kind];
}

/** A label of either side in turn, left first: the order in which these atlases count. */
function pairs(first: number, items: readonly (readonly [group: string, name: string])[]): Region[] {
  return items.flatMap(([group, name], n): Region[] => [
    { label: first + 2 * n, name, group, side: 'left' },
    { label: first + 2 * n + 1, name, group, side: 'right' },
  ]);
}

function midline(label: number, name: string): Region {
  return { label, name, group: name, side: 'midline' };
}

function same(...names: string[]): [string, string][] {
  return names.map((name) => [name, name]);
}

const asVentricle = (region: Region): Region => ({ ...region, isVentricle: true });

const lentiformLabel = 41;

/** Labels of the structure image that are finer than the file's: its label, the one of the ASPECTS image, the new one. */
export const finerStructures: readonly (readonly [structure: number, aspects: number, finer: number])[] = [
  [13, 3, lentiformLabel],
  [14, 4, lentiformLabel + 1],
  [13, 1, lentiformLabel + 2],
  [14, 2, lentiformLabel + 3],
];

/**
 * Source: ArterialAtlasLables.txt and the look-up tables beside the label images, in farialab/OpenADS. The rest of
 * the brain in the ASPECTS atlas, 21, is known and is no region of the score.
 */
const regions: Readonly<Record<AtlasKind, readonly Region[]>> = {
  territory: [
    ...pairs(1, [
      ['ACA', 'anterior cerebral artery'],
      ['ACA', 'medial lenticulostriate arteries'],
      ['MCA', 'lateral lenticulostriate arteries'],
      ['MCA', 'MCA, frontal part'],
      ['MCA', 'MCA, parietal part'],
      ['MCA', 'MCA, temporal part'],
      ['MCA', 'MCA, occipital part'],
      ['MCA', 'MCA, insular part'],
      ['PCA', 'PCA, temporal part'],
      ['PCA', 'PCA, occipital part'],
      ['PCA', 'posterior choroidal and thalamoperforating arteries'],
      ['PCA', 'anterior choroidal and thalamoperforating arteries'],
      ['vertebrobasilar', 'basilar artery'],
      ['vertebrobasilar', 'superior cerebellar artery'],
      ['vertebrobasilar', 'inferior cerebellar arteries'],
    ]),
    ...pairs(31, [['lateral ventricle', 'lateral ventricle']]).map(asVentricle),
  ],
  aspects: [
    ...pairs(1, [
      ['C', 'caudate'],
      ['L', 'lentiform'],
      ['IC', 'internal capsule'],
      ['I', 'insula'],
      ...(['M1', 'M2', 'M3', 'M6', 'M5', 'M4'] as const).map((name) => [name, name] as const),
    ]),
  ],
  pcAspects: [
    ...pairs(1, same('PCA territory', 'thalamus', 'cerebellum')),
    midline(7, 'pons'),
    midline(8, 'midbrain'),
  ],
  structure: [
    ...pairs(
      1,
      same(
        'frontal lobe',
        'parietal lobe',
        'temporal lobe',
        'cingulate gyrus',
        'occipital lobe',
        'insula',
        'basal ganglia',
        'thalamus',
        'cerebellum',
      ),
    ),
    midline(19, 'pons'),
    midline(20, 'medulla'),
    ...pairs(21, same('corona radiata', 'centrum semiovale')),
    midline(25, 'corpus callosum'),
    ...pairs(26, same('internal capsule')),
    ...pairs(28, same('lateral ventricle')).map(asVentricle),
    asVentricle(midline(30, 'fourth ventricle')),
    midline(31, 'midbrain'),
    // Not in the file: what of its basal ganglia the ASPECTS atlas tells apart.
    ...pairs(lentiformLabel, same('lentiform', 'caudate')),
  ],
};

/** Labels that are no region but belong to the file: the rest of the brain. */
export const restOfBrain: Readonly<Partial<Record<AtlasKind, number>>> = { aspects: 21 };
