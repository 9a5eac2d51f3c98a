import type { Code } from '../seg/code.ts';

/** How an item stands to the one that it is part of. */
type Relationship = 'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD';

/** An item of a structured report's tree, as dcmjs takes it (PS3.3 C.17.3). */
export type ContentItem = Readonly<Record<string, unknown>>;

export function containerItem(concept: Code, items: readonly ContentItem[], template?: string): ContentItem {
  return {
    RelationshipType: 'CONTAINS',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [concept],
    ContinuityOfContent: 'SEPARATE',
    ...(template === undefined
      ? {}
      : { ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: template }] }),
    ContentSequence: items,
  };
}

export function codeItem(
  relationship: Relationship,
  concept: Code,
  value: Code,
  modifiers: readonly ContentItem[] = [],
): ContentItem {
  return item(relationship, 'CODE', concept, { ConceptCodeSequence: [value] }, modifiers);
}

export function textItem(relationship: Relationship, concept: Code, text: string): ContentItem {
  return item(relationship, 'TEXT', concept, { TextValue: text });
}

export function uidItem(relationship: Relationship, concept: Code, uid: string): ContentItem {
  return item(relationship, 'UIDREF', concept, { UID: uid });
}

export function numberItem(
  concept: Code,
  value: number,
  unit: Code,
  modifiers: readonly ContentItem[] = [],
): ContentItem {
  const measured = [{ NumericValue: decimal(value), MeasurementUnitsCodeSequence: [unit] }];
  return item('CONTAINS', 'NUM', concept, { MeasuredValueSequence: measured }, modifiers);
}

export function segmentItem(
  concept: Code,
  { classUid, instanceUid }: { readonly classUid: string; readonly instanceUid: string },
  segment: number,
): ContentItem {
  const reference = {
    ReferencedSOPClassUID: classUid,
    ReferencedSOPInstanceUID: instanceUid,
    ReferencedSegmentNumber: segment,
  };
  return item('CONTAINS', 'IMAGE', concept, { ReferencedSOPSequence: [reference] });
}

function item(
  relationship: Relationship,
  type: string,
  concept: Code,
  value: ContentItem,
  modifiers: readonly ContentItem[] = [],
): ContentItem {
  return {
    RelationshipType: relationship,
    ValueType: type,
    ConceptNameCodeSequence: [concept],
    ...value,
    ...(modifiers.length === 0 ? {} : { ContentSequence: modifiers }),
  };
}

/** As a Decimal String, which takes 16 characters. */
function decimal(value: number): string {
  return String(Number(value.toPrecision(9)));
}
