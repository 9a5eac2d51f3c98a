/** What should be known of an image before its result is relied on, in a sentence. */
export type Caution = {
  readonly code: string;
  readonly severity: 'info' | 'caution' | 'serious';
  readonly message: string;
};
