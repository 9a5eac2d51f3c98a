import { axialGrid, tilted } from '@atoll/phantom/grids';
import type { PhantomSpec } from '@atoll/phantom/phantom';
import { phantomCases } from '@atoll/phantom/specs';
import type { Vec3 } from '@atoll/volume/volume';

const middle: Vec3 = [0, -17, 10];

/** A phantom on few voxels, quickly made: its first axis to the patient's left, or oblique. */
export function smallPhantom(orientation: 'LAS' | 'oblique'): PhantomSpec {
  const straight = axialGrid([62, 66, 44], [3, 3, 3.5], { x: 'L', y: 'A' }, middle);
  const grid = orientation === 'LAS' ? straight : tilted(straight, { aboutX: 12, aboutZ: 15 }, middle);
  return { ...phantomCases[0].spec, grid };
}
