import type { Report } from '@atoll/contract/report';
import type { Warning } from './document.ts';

const gravity = { serious: 0, caution: 1, info: 2 } as const;

/** The report's warnings and what the second look and the atlas have to say, the gravest first. */
export function warningsOf({ warnings, plainLook, location }: Report): Warning[] {
  const all: Warning[] = warnings.map(({ severity, message }) => ({ severity, message }));
  if (plainLook?.status === 'not-possible')
    all.push({ severity: 'caution', message: `There was no second look at the images: ${plainLook.reason}` });
  if (location?.status === 'poor-fit') all.push({ severity: 'caution', message: location.fit.sentence });
  if (location?.status === 'located' && location.fit.verdict === 'fair')
    all.push({ severity: 'caution', message: location.fit.sentence });
  return all.sort((a, b) => gravity[a.severity] - gravity[b.severity]);
}
