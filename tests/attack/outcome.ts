/** What came of an attack: how many tries, and a sentence for each that should not have ended as it did. */
export type Outcome = { readonly name: string; readonly tries: number; readonly faults: readonly string[] };

/** How long an attack goes on: so many tries, or until a moment. */
export type Extent = { readonly tries: number } | { readonly until: number };

export function goesOn(extent: Extent, tries: number): boolean {
  return 'tries' in extent ? tries < extent.tries : Date.now() < extent.until;
}
