import { AtollError } from '@atoll/errors/error';
import type { OpenImage } from './candidate.ts';
import type { Found } from './looked.ts';

/** Images of one volume each as one image of several, in the place of the first. */
export function joinVolumes(members: readonly Found[]): Found {
  const [first] = members;
  if (members.length === 1) return first;
  return {
    ...first,
    volumes: members.length,
    sideKnown: members.every(({ sideKnown }) => sideKnown),
    samples: members.map(({ samples }) => samples[0]),
    directions: members.map(({ directions }) => directions?.[0] ?? null),
    cautions: members.flatMap(({ cautions }) => cautions),
    open: async () => {
      const images = await Promise.all(members.map((member) => member.open()));
      const volume: OpenImage['volume'] = async (index) => {
        if (images[index] === undefined) throw new AtollError('IMAGE_NOT_3D');
        return images[index].volume(0);
      };
      return { nifti: null, volume };
    },
  };
}
