import { Button } from 'react-aria-components';
import type { ImageRoleShown } from './image-set.ts';
import type { Location } from './image-view.ts';

type Props = {
  readonly location: Location | null;
  readonly radiological: boolean;
  readonly onConvention: (radiological: boolean) => void;
};

/** Where the cursor is, in words that name sides, and what the images say there. */
export function Readout({ location, radiological, onConvention }: Props) {
  return (
    <div className="readout">
      <p className="figures" role="status" aria-live="off" data-testid="position">
        {location === null ? '–' : positionText(location.mm)}
      </p>
      <p className="figures">{location === null ? '' : valuesText(location.values)}</p>
      <p className="convention">
        <span className="quiet">
          {radiological
            ? 'Radiological: left of the image is the patient’s right'
            : 'Neurological: left of the image is the patient’s left'}
        </span>
        <Button className="link" onPress={() => onConvention(!radiological)}>
          Swap
        </Button>
      </p>
    </div>
  );
}

/** World mm by the side they lie on, such as "L 32.1  A 10.0  S 4.5 mm". */
export function positionText([x, y, z]: readonly [number, number, number]): string {
  const part = (value: number, positive: string, negative: string) =>
    `${value < 0 ? negative : positive} ${Math.abs(value).toFixed(1)}`;
  return `${part(x, 'R', 'L')}  ${part(y, 'A', 'P')}  ${part(z, 'S', 'I')} mm`;
}

function valuesText(values: Location['values']): string {
  const names: [ImageRoleShown, string][] = [
    ['dwi', 'DWI'],
    ['adc', 'ADC'],
    ['flair', 'FLAIR'],
  ];
  const parts = names.flatMap(([role, name]) => {
    const value = values[role];
    if (value === undefined) return [];
    return [role === 'adc' ? `ADC ${Math.round(value)}·10⁻⁶ mm²/s` : `${name} ${valueText(value)}`];
  });
  if ((values.mask ?? 0) > 0.5) parts.push('lesion');
  if ((values.reference ?? 0) > 0.5) parts.push('reference');
  return parts.join('   ');
}

function valueText(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.1) return value.toExponential(2);
  return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0);
}
