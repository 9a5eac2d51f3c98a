import type { Report } from '@atoll/contract/report';
import type { Block, DrawnImages, Fact } from './document.ts';
import { timeText } from './number-text.ts';

const roleTitles: Readonly<Record<string, string>> = {
  dwi: 'DWI',
  adc: 'ADC',
  flair: 'FLAIR',
  reference: 'Reference mask',
};

/** What the mask was made of and by what: images, engine, settings, checks, sums. */
export function originParts(report: Report, images: DrawnImages | null): Block[] {
  const { provenance, quality, elapsedSeconds, brain } = report;
  const used = Object.keys(provenance.inputSha256);
  const engine: Fact[] = [
    { name: 'Engine', value: `${provenance.engine} ${provenance.engineVersion}` },
    { name: 'Preset', value: provenance.preset },
    { name: 'Options', value: provenance.options.length === 0 ? 'none' : provenance.options.join(', ') },
    { name: 'Atoll', value: provenance.atollVersion },
    {
      name: 'Run',
      value: `${timeText(provenance.createdAt)}, ${elapsedSeconds.toFixed(1)} s, ${provenance.runtime}`,
    },
  ];
  return [
    { kind: 'heading', text: 'Images' },
    {
      kind: 'facts',
      facts: [
        {
          name: 'Used',
          value: used
            .filter((role) => role !== 'reference')
            .map((role) => roleTitles[role] ?? role)
            .join(', '),
        },
        ...(used.includes('flair') ? [] : [{ name: 'FLAIR', value: 'none given' }]),
        ...(images?.acquisition ?? []),
        ...(brain === null ? [] : [{ name: 'Brain as outlined', value: `${brain.volumeMl.toFixed(0)} mL` }]),
      ],
    },
    ...(provenance.derivation ?? []).map((text): Block => ({ kind: 'paragraph', text })),
    { kind: 'heading', text: 'Engine and settings' },
    { kind: 'facts', facts: engine },
    ...parameterTable('Settings of the engine', provenance.parameters),
    ...(provenance.parts ?? []).flatMap(partBlocks),
    ...qualityTable(quality),
    { kind: 'heading', text: 'Provenance' },
    {
      kind: 'table',
      title: 'SHA-256 of the files',
      columns: [
        { title: 'File', share: 22 },
        { title: 'SHA-256', share: 78 },
      ],
      rows: [
        ['Mask', provenance.outputSha256],
        ...(provenance.parts ?? []).map(({ engine: part, maskSha256 }) => [`Marked by ${part}`, maskSha256]),
        ...Object.entries(provenance.inputSha256).map(([role, hash]) => [roleTitles[role] ?? role, hash]),
      ],
    },
  ];
}

type Part = NonNullable<Report['provenance']['parts']>[number];

/** An engine of an ensemble as it ran. */
function partBlocks({ engine, engineVersion, preset, options, parameters, elapsedSeconds }: Part): Block[] {
  return [
    {
      kind: 'facts',
      facts: [
        { name: 'Part', value: `${engine} ${engineVersion}` },
        { name: 'Its preset', value: preset },
        { name: 'Its options', value: options.length === 0 ? 'none' : options.join(', ') },
        { name: 'Its time', value: `${elapsedSeconds.toFixed(1)} s` },
      ],
    },
    ...parameterTable(`Settings of ${engine}`, parameters),
  ];
}

function parameterTable(title: string, parameters: Report['provenance']['parameters']): Block[] {
  const rows = Object.entries(parameters).map(([name, value]) => [name, String(value)]);
  if (rows.length === 0) return [];
  const columns = [
    { title: 'Setting', share: 50 },
    { title: 'Value', share: 50 },
  ];
  return [{ kind: 'table', title, columns, rows }];
}

function qualityTable(quality: Report['quality']): Block[] {
  if (quality.length === 0) return [];
  const rows = quality.map(({ label, value, unit, normalRange }) => [
    label,
    [valueText(value), value === null || unit === null ? '' : unit].join(' ').trim(),
    normalRange === null ? '' : `${normalRange[0]} to ${normalRange[1]}`,
  ]);
  const columns = [
    { title: 'Check', share: 50 },
    { title: 'Value', share: 28 },
    { title: 'Usual', share: 22 },
  ];
  return [{ kind: 'table', title: 'Checks of the images', columns, rows }];
}

function valueText(value: Report['quality'][number]['value']): string {
  if (value === null) return 'not measured';
  if (typeof value !== 'number') return value === true ? 'yes' : value === false ? 'no' : value;
  return String(Number(value.toPrecision(4)));
}
