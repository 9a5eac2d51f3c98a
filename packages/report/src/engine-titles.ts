import type { Report } from '@atoll/contract/report';

type Ensemble = NonNullable<Report['ensemble']>;

/** What the engines of an ensemble are called, by their ids. */
export function titlesOf({ parts }: Pick<Ensemble, 'parts'>): (engine: string) => string {
  return (engine) => parts.find((part) => part.engine === engine)?.title ?? engine;
}
