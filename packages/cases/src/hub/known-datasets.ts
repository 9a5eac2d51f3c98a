/** What Atoll knows of a data set of the hub without asking. */
export type KnownDataset = {
  readonly title: string;
  /** The commit that its cases are of, unless another is set. */
  readonly revision: string;
  readonly licence: string;
};

/** By id. Nothing is read from any of them unless ATOLL_HUB_DATASET names it. */
export const knownDatasets: Readonly<Record<string, KnownDataset | undefined>> = {
  'hugging-science/isles24-stroke': {
    title: 'ISLES’24',
    revision: '9707a7fca6d3dd1a690de010ec4aed06bdcd0417',
    licence: 'CC BY-NC-SA 4.0',
  },
};
