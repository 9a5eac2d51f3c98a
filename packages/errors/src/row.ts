/**
 * Where a code is met: in the answer to a request, as the end of a job, on a terminal (and when a process starts),
 * or in the page itself, which reads and runs images on its own.
 */
export type Place = 'answer' | 'job' | 'terminal' | 'page';

/** One row of the catalogue. */
export type CatalogueRow = {
  /** The HTTP status that it answers with. */
  readonly status: number;
  /** What went wrong, where nobody knows it better. */
  readonly sentence: string;
  /** What the user can do next. */
  readonly action: string;
  /**
   * soon: the same, asked again a moment later, may succeed without anybody having done anything.
   * never: it fails again until somebody changes the input, the request or the machine.
   */
  readonly retry: 'never' | 'soon';
  readonly where: readonly Place[];
};

/** For what images, engines and the machine can do wherever they are at work. */
export const anywhere = ['answer', 'job', 'terminal', 'page'] as const satisfies readonly Place[];
