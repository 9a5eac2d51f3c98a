import type { Pairing } from './pairing.ts';

/** What stands against a pair of images, in a sentence. */
export type PairingWords = {
  /** No result can be right; else the ADC map is used at another place than its header says. */
  readonly refuses: boolean;
  readonly message: string;
};

/** What a reader must know of how an ADC map relates to the DWI; null where it fits, or where nothing can be said. */
export function pairingWords(pairing: Pairing): PairingWords | null {
  switch (pairing.relation) {
    case 'as-given':
    case 'unknown':
      return null;
    case 'swapped':
      return refused(
        'Judging by their content, DWI and ADC are swapped: the image given as DWI is the ADC map, and vice versa. Swap the two.',
      );
    case 'mirrored': {
      const how = pairing.axes.length === 2 ? 'rotated by 180°' : `mirrored (${pairing.axes.join(', ')})`;
      return refused(
        `The ADC map is ${how} relative to the DWI: one of the two has the wrong orientation, and it is unclear which. Convert both again from DICOM.`,
      );
    }
    case 'none':
      return refused(
        'The ADC map does not match the DWI anywhere: it is from another patient or examination, or not an ADC map. Check both images before relying on any mask; provide the ADC map of this DWI, or have it computed from the b0.',
      );
    case 'shifted':
      return moved(
        `According to its header the ADC map is displaced by ${pairing.distanceMm.toFixed(0)} mm from the DWI, where the two do not match. It was moved to the matching position; the mask is placed according to the DWI’s header.`,
      );
    case 'by-index':
      return moved(
        'According to its header the ADC map has a different position or orientation from the DWI, but voxel by voxel the two match. It was treated as aligned with the DWI; the mask is placed according to the DWI’s header. Check left and right.',
      );
  }
}

function refused(message: string): PairingWords {
  return { refuses: true, message };
}

function moved(message: string): PairingWords {
  return { refuses: false, message };
}
