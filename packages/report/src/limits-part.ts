import type { Report } from '@atoll/contract/report';
import type { Block } from './document.ts';

/** What the figures do not say, and whose work they rest on. */
export function limitsPart({ location, provenance, plainLook }: Report): Block[] {
  const paragraphs = [
    'An empty mask does not rule out a stroke: small emboli, faint lesions and strokes of the first minutes may be missed. Sides and places go by the images’ own coordinates, and are as right as those are.',
    'Volumes are of the mask as a whole. A threshold of ADC alone is no measure of infarct core: products that use the same one differ, most of all near the limits of trials.',
    plainLook?.status === 'done'
      ? 'A plain second look watches over the engine. It sees infarcts from about 1–3 mL on and no emboli; its silence rules nothing out.'
      : null,
    location?.status === 'located'
      ? 'Places by the atlas are good to 3 to 5 mm, more beside a large swelling: enough for territories, not for gyri.'
      : null,
  ].filter((text) => text !== null);
  const atlas = location !== undefined && 'atlas' in location ? location.atlas : null;
  const credits = [
    ...provenance.citations.map((citation) => `Engine: ${citation}`),
    ...(atlas === null
      ? []
      : [
          `Atlas: ${atlas.title}. ${atlas.licences.join('; ')}.`,
          ...atlas.citations.map((citation) => `Atlas: ${citation}`),
        ]),
  ];
  return [
    { kind: 'heading', text: 'Limits' },
    ...paragraphs.map((text): Block => ({ kind: 'paragraph', text })),
    { kind: 'paragraph', text: provenance.notice },
    ...(credits.length === 0 ? [] : [{ kind: 'heading' as const, text: 'Please cite' }]),
    ...credits.map((text): Block => ({ kind: 'paragraph', isQuiet: true, text })),
  ];
}
