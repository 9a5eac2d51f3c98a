import { inheritedSideCar } from '@atoll/intake/bids-name';
import { calledByImageType } from '@atoll/intake/seen';
import { parseSideCar } from '@atoll/intake/sidecar';
import type { Candidate } from './choice.ts';
import type { DatasetFolder } from './folder.ts';

/**
 * What an image is by its sidecar's ImageType (DICOM 0008,0008), which a scanner wrote and outranks a file's name: an ADC
 * map that somebody sorted as `_dwi` is an ADC map, and so the other way round.
 * @returns the candidate in the role that it has, or null for a map that has none.
 */
export async function asMeasured(
  folder: DatasetFolder,
  candidate: Candidate,
  sideCars: ReadonlySet<string>,
): Promise<Candidate | null> {
  if (candidate.role !== 'dwi' && candidate.role !== 'adc') return candidate;
  const path = inheritedSideCar(candidate.path, sideCars, 'json');
  const text = path === null ? null : await folder.readText(path);
  const imageType = text === null ? [] : (parseSideCar(text)?.imageType ?? []);
  switch (calledByImageType(imageType)) {
    case 'adc':
      return { ...candidate, role: 'adc', isTrace: false };
    case 'exponential-adc':
    case 'map':
      return null;
    case 'diffusion':
      return { ...candidate, role: 'dwi', isTrace: true };
    default:
      return candidate;
  }
}
