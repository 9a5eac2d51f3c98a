import type { PackedPicture } from '@atoll/pictures/png';

/** A table's column; numbers are aligned to the right. `share` of the width. */
export type Column = { readonly title: string; readonly isNumber?: boolean; readonly share: number };

/** What a report is made of, for whatever shows it. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly isQuiet?: boolean }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'pictures'; readonly pictures: readonly KeyPicture[] };

export type Fact = { readonly name: string; readonly value: string };

export type Warning = {
  readonly severity: 'serious' | 'caution' | 'info';
  readonly message: string;
};

/** A slice as a picture, and what it says. */
export type KeyPicture = { readonly picture: PackedPicture; readonly caption: string };

/** What was drawn of the images, and what they are. */
export type DrawnImages = {
  readonly pictures: readonly KeyPicture[];
  readonly acquisition: readonly Fact[];
};
