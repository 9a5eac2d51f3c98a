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
        'By their content DWI and ADC are exchanged: what was given as the DWI is the ADC map, and the other way round. Exchange the two.',
      );
    case 'mirrored': {
      const how = pairing.axes.length === 2 ? 'turned by 180°' : `mirrored (${pairing.axes.join(', ')})`;
      return refused(
        `The ADC map is ${how} against the DWI: one of the two has lost how the patient lies, and nothing says which. Convert both again from DICOM.`,
      );
    }
    case 'none':
      return refused(
        'The ADC map does not fit the DWI anywhere: it is of another head or another examination, or no ADC map. Check both images before you rely on any mask of them: give the ADC map of this DWI, or let it be computed from the b0.',
      );
    case 'shifted':
      return moved(
        `By its header the ADC map lies ${pairing.distanceMm.toFixed(0)} mm beside the DWI, where it does not fit. It was moved to where it fits; the mask lies where the DWI’s header places it.`,
      );
    case 'by-index':
      return moved(
        'By its header the ADC map lies elsewhere than the DWI or is turned against it, but voxel by voxel the two fit. It was taken to lie on the DWI; the mask lies where the DWI’s header places it. Check left and right.',
      );
  }
}

function refused(message: string): PairingWords {
  return { refuses: true, message };
}

function moved(message: string): PairingWords {
  return { refuses: false, message };
}
