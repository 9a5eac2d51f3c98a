/**
 * What the Basic Application Level Confidentiality Profile does with an attribute (DICOM PS3.15, table E.1-1, edition
 * 2024b). X: remove. Z: empty, or a value that says nothing. D: a value that says nothing. U: another UID, the same for
 * the same. Where the table leaves a choice by the type of the attribute, the one is taken that fits MR images.
 */
export type Action = 'X' | 'Z' | 'D' | 'U';

/** Groups of what MR images hold. Others (requests, visits, signatures, annotations, …) are removed as a whole. */
const keptGroups: ReadonlySet<string> = new Set([
  '0008',
  '0010',
  '0012',
  '0018',
  '0020',
  '0028',
  '0040',
  '2050',
  '5200',
  '7fe0',
]);

export function isKeptGroup(group: string): boolean {
  return keptGroups.has(group);
}

/** Tags as `ggggeeee`. UIDs are not among them: they are known by their type, and all are replaced (U). */
const lists: Readonly<Record<Exclude<Action, 'U'>, readonly string[]>> = {
  Z: [
    ...['00080020', '00080030', '00080050', '00080090', '0008009c'], // study date and time, accession number, physicians
    ...['00080022', '00080032', '0008002a'], // of the acquisition (X/Z, X/Z/D)
    ...['00081110', '00081111', '00400555'], // references to the study and its steps, acquisition context
    ...['00100010', '00100030', '00100040', '00102203'], // patient: name, birth date, sex
    ...['00120021', '00120030', '00120031', '00120050', '00120060'], // trial: names and sites
    ...['00181203', '00200010', '00402016', '00402017'],
  ],
  D: [
    ...['00080023', '00080033', '00080106', '00080107'],
    ...['00080012', '00080013', '00080021', '00080031'], // of the instance and the series (X/D, X/Z/D)
    ...['00120010', '00120020', '00120040', '00120042', '00120081'],
    ...['00180010', '00181000', '001811bb', '00189074', '00189151', '00189516', '00189517', '00189623'],
    ...[
      '00189701',
      '00189804',
      '0018936a',
      '00189369',
      '00189367',
      '00189371',
      '0018700a',
      '0018700c',
      '0018700e',
    ],
    ...['00181400', '00189919', '00100020'],
    ...['00400512', '00400551', '00401101', '0040a027', '0040a030', '0040a032', '0040a073', '0040a075'],
    ...['0040a120', '0040a121', '0040a122', '0040a123', '0040a13a', '0040a730'],
  ],
  X: [
    ...[
      '00080015',
      '00080024',
      '00080025',
      '00080034',
      '00080035',
      '00080054',
      '00080055',
      '00080080',
      '00080081',
    ],
    ...[
      '00080082',
      '00080092',
      '00080094',
      '00080096',
      '0008009d',
      '00080201',
      '00081000',
      '00081010',
      '0008103e',
    ],
    ...[
      '00081030',
      '00081040',
      '00081041',
      '00081048',
      '00081049',
      '00081050',
      '00081052',
      '00081060',
      '00081062',
    ],
    ...['00081070', '00081072', '00081080', '00081084', '00081088', '00081120', '00082111', '00084000'],
    ...[
      '00100021',
      '00100032',
      '00100050',
      '00100101',
      '00100102',
      '00101000',
      '00101001',
      '00101002',
      '00101005',
    ],
    ...[
      '00101010',
      '00101020',
      '00101030',
      '00101040',
      '00101050',
      '00101060',
      '00101080',
      '00101081',
      '00101090',
    ],
    ...[
      '00101100',
      '00102000',
      '00102110',
      '00102150',
      '00102152',
      '00102154',
      '00102155',
      '00102160',
      '00102180',
    ],
    ...['001021a0', '001021b0', '001021c0', '001021d0', '001021f0', '00102297', '00102299', '00104000'],
    ...[
      '00120022',
      '00120023',
      '00120032',
      '00120041',
      '00120043',
      '00120051',
      '00120055',
      '00120071',
      '00120072',
    ],
    ...['00120073', '00120082', '00120086', '00120087'],
    ...[
      '00180027',
      '00180035',
      '00181004',
      '00181005',
      '00181007',
      '00181008',
      '00181009',
      '0018100a',
      '00181012',
    ],
    ...[
      '00181014',
      '00181030',
      '00181042',
      '00181043',
      '00181072',
      '00181073',
      '00181078',
      '00181079',
      '00181200',
    ],
    ...[
      '00181201',
      '00181202',
      '00181204',
      '00181205',
      '00184000',
      '00185011',
      '00189185',
      '00189373',
      '0018937b',
    ],
    ...['0018937f', '00189424', '00189937', '0018a002', '0018a003'],
    ...['00200027', '00203401', '00203403', '00203405', '00203406', '00204000', '00209158', '00284000'],
  ],
};

const actions: ReadonlyMap<string, Action> = new Map([
  ...lists.X.map((tag) => [tag, 'X'] as const),
  ...lists.Z.map((tag) => [tag, 'Z'] as const),
  ...lists.D.map((tag) => [tag, 'D'] as const),
]);

/** Of group 0040 what an MR image needs is the table's own; the rest are requests, steps and people. */
const keptOf0040: ReadonlySet<string> = new Set(['00409096', '00409212', '00409224', '00409225', '004008ea']);

/** null where the table says nothing of it. */
export function actionOf(tag: string): Action | null {
  const listed = actions.get(tag);
  if (listed !== undefined) return listed;
  return tag.startsWith('0040') && !keptOf0040.has(tag) ? 'X' : null;
}

/** Descriptions that are kept as far as they consist of known words (Clean Descriptors Option). */
export const descriptions: ReadonlySet<string> = new Set(['0008103e', '00081030', '00181030']);
