import type { RegionShare, ScoreEstimate } from '@atoll/atlas/location';
import type { Report } from '@atoll/engines/report';

/** Regions beyond this many are left to the report. */
const listedRegions = 8;
/** Regions with less of the lesion than this are left to the report, too. */
const leastPercent = 1;

/** Where the lesions lie, a line a region; nothing where nothing is to be said. */
export function describeLocation({ location, lesionCount }: Report): string[] {
  if (location === undefined) return [];
  if ('sentence' in location) return [location.sentence];
  if (location.status === 'poor-fit') return [location.fit.sentence];
  const { fit, whole, aspects, pcAspects, cutoff } = location;
  if (lesionCount === 0) return [fit.sentence];
  const over = `a region counts if at least ${cutoff.percentOfRegion} % of it or ${cutoff.volumeMl} mL is in the mask`;
  return [
    `Atlas location (${fit.verdict} fit, brain outlines overlap with a Dice of ${fit.outlineDice.toFixed(2)}):`,
    ...listed(whole.territories),
    ...listed(whole.structures),
    `  ASPECTS (atlas estimate, not read by a person): left ${scoreText(aspects.left)}, right ${scoreText(aspects.right)}`,
    `  PC-ASPECTS (atlas estimate, not read by a person): ${scoreText(pcAspects)}`,
    `  (${over})`,
    ...(fit.verdict === 'good' ? [] : [`  ${fit.sentence}`]),
  ];
}

function listed(regions: readonly RegionShare[]): string[] {
  return regions
    .filter(({ percentOfLesion }) => percentOfLesion >= leastPercent)
    .slice(0, listedRegions)
    .map(({ name, side, volumeMl, percentOfRegion }) => {
      const where = side === 'midline' ? name : `${side} ${name}`;
      return `  ${where.padEnd(58)} ${volumeMl.toFixed(2).padStart(7)} mL  ${percentOfRegion.toFixed(0).padStart(3)} % of it`;
    });
}

function scoreText({ score, regions }: ScoreEstimate): string {
  const affected = regions
    .filter((region) => region.affected)
    .map(({ name, percentOfRegion }) => `${name} ${percentOfRegion.toFixed(0)} %`);
  return affected.length === 0 ? String(score) : `${score} (${affected.join(', ')})`;
}
