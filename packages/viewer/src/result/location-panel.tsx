import type { AtlasFit, LocationReport, RegionShare, ScoreEstimate } from '@atoll/contract/location';
import { Checkbox } from 'react-aria-components';
import { LookSwatch } from '../images/layer-legend.tsx';
import { useOverlays } from '../overlays/overlays.ts';
import type { TerritoryOverlay } from './use-territories.ts';
import './location-panel.css';

type Props = {
  readonly location: LocationReport | undefined;
  /** Whether there is anything whose place could be told. */
  readonly hasLesions: boolean;
};

/** Regions with less of the lesion than this are in the report, and not in the page. */
const leastPercent = 1;

/** Where the lesions lie, by the atlas: how well it fits, territories, structures, and scores by overlap. */
export function LocationPanel({ location, hasLesions }: Props) {
  const { territories: overlay } = useOverlays();
  if (location === undefined) return null;
  return (
    <section className="location" aria-label="Location">
      <h3>Location</h3>
      {'sentence' in location ? <p className="quiet">{location.sentence}</p> : <Fit fit={location.fit} />}
      {overlay !== null && <OverlayChoice overlay={overlay} />}
      {location.status === 'located' && hasLesions && (
        <>
          <p className="place">{location.whole.phrase}</p>
          <RegionTable title="Arterial territories" regions={location.whole.territories} />
          <RegionTable title="Lobes and deep structures" regions={location.whole.structures} />
          <Scores location={location} />
        </>
      )}
      {'atlas' in location && <p className="quiet credit">{location.atlas.licences[0]}</p>}
    </section>
  );
}

function Fit({ fit }: { fit: AtlasFit }) {
  const figures = `Brain outline overlap: Dice ${fit.outlineDice.toFixed(2)}.`;
  return (
    <p
      className={fit.verdict === 'good' ? 'quiet' : 'caution'}
      role={fit.verdict === 'good' ? undefined : 'note'}
    >
      {fit.sentence} {figures}
    </p>
  );
}

function OverlayChoice({ overlay }: { overlay: TerritoryOverlay }) {
  return (
    <Checkbox className="choice tick" isSelected={overlay.isOn} onChange={overlay.turn}>
      <span>Show territories on the images</span>
      {overlay.isOn && <LookSwatch look={overlay.layer.look} />}
    </Checkbox>
  );
}

function RegionTable({ title, regions }: { title: string; regions: readonly RegionShare[] }) {
  const listed = regions.filter(({ percentOfLesion }) => percentOfLesion >= leastPercent);
  return (
    <table className="regions">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Region</th>
          <th scope="col">Lesion</th>
          <th scope="col">% of region</th>
        </tr>
      </thead>
      <tbody>
        {listed.map(({ name, side, volumeMl, percentOfRegion }) => (
          <tr key={`${side} ${name}`}>
            <th scope="row">{side === 'midline' ? name : `${side} ${name}`}</th>
            <td className="figures">{volumeMl.toFixed(2)} mL</td>
            <td className="figures">{percentOfRegion.toFixed(0)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Scores({ location }: { location: LocationReport & { status: 'located' } }) {
  const { aspects, pcAspects, cutoff } = location;
  return (
    <>
      <table className="regions">
        <caption>Atlas estimates, not read by a person</caption>
        <tbody>
          <Score title="ASPECTS, left" score={aspects.left} />
          <Score title="ASPECTS, right" score={aspects.right} />
          <Score title="PC-ASPECTS" score={pcAspects} />
        </tbody>
      </table>
      <p className="quiet">
        A region counts as affected if at least {cutoff.percentOfRegion} % of it or {cutoff.volumeMl} mL is in
        the mask.
      </p>
    </>
  );
}

function Score({ title, score: { score, regions } }: { title: string; score: ScoreEstimate }) {
  const affected = regions.filter((region) => region.affected);
  const words = affected.map(({ name, side, percentOfRegion }) => {
    const where = title === 'PC-ASPECTS' && side !== 'midline' ? `${side} ${name}` : name;
    return `${where} ${percentOfRegion.toFixed(0)} %`;
  });
  return (
    <tr>
      <th scope="row">
        {title}
        {words.length > 0 && <small className="quiet">{words.join(', ')}</small>}
      </th>
      <td className="figures">{score}</td>
    </tr>
  );
}
