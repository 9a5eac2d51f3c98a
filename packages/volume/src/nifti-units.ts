import type { HeaderView, Layout } from './nifti-layout.ts';

export type UnitOfLength = { readonly millimetres: number; readonly name: string };

/**
 * The unit that a header's lengths are in, by its field xyzt_units, whose higher bits are the unit of time. Unknown
 * (0) is taken for millimetres, as is usual. Source: nifti1.h.
 */
export function unitOfLength(units: number): UnitOfLength {
  switch (units & 7) {
    case 1:
      return { millimetres: 1000, name: 'metres' };
    case 3:
      return { millimetres: 0.001, name: 'micrometres' };
    default:
      return { millimetres: 1, name: 'millimetres' };
  }
}

/** Rewrites the lengths of a header in millimetres, if they are not. */
export function countInMillimetres(header: HeaderView, at: Layout): void {
  const units = header.units(at.units);
  const { millimetres } = unitOfLength(units);
  if (millimetres === 1) return;
  const scale = (field: number, i: number) => header.setReal(field, i, header.real(field, i) * millimetres);
  for (const i of [1, 2, 3]) scale(at.pixdim, i);
  // The quaternion's own three numbers are no lengths; its offset is.
  for (const i of [3, 4, 5]) scale(at.quaternion, i);
  for (let i = 0; i < 12; i++) scale(at.srow, i);
  header.setUnits(at.units, (units & ~7) | 2);
}
