import { describe, expect, it } from 'vitest';
import { chooseDataPlace, type Surroundings } from './data-place.ts';

const laptop: Surroundings = {
  isWritableMount: () => false,
  isWritable: () => true,
  isContainer: () => false,
  home: '/home/reader',
  scratch: '/tmp/atoll-1000',
  own: () => undefined,
};
const container = { ...laptop, isContainer: () => true };

describe('the data folder that nobody set', () => {
  it('is /data in a container that has it mounted, and lasts', () => {
    const around = { ...container, isWritableMount: (path: string) => path === '/data' };
    expect(chooseDataPlace({}, around)).toEqual({ path: '/data/atoll', reason: null });
  });

  it('is in the home of a laptop’s user, or where XDG has it, and lasts', () => {
    expect(chooseDataPlace({}, laptop)).toMatchObject({
      path: '/home/reader/.local/share/atoll',
      reason: null,
    });
    expect(chooseDataPlace({ XDG_DATA_HOME: '/srv/share' }, laptop).path).toBe('/srv/share/atoll');
    expect(chooseDataPlace({ XDG_DATA_HOME: 'share' }, laptop).path).toBe('/home/reader/.local/share/atoll');
  });

  it('is temporary, and says why, in a container without a mount', () => {
    const place = chooseDataPlace({}, container);
    expect(place).toMatchObject({ path: '/home/reader/.local/share/atoll' });
    expect(place.reason).toContain('nothing is mounted at /data');
  });

  it('is a scratch folder, and temporary, where the home cannot be written to', () => {
    const place = chooseDataPlace({}, { ...laptop, isWritable: () => false });
    expect(place).toMatchObject({ path: '/tmp/atoll-1000' });
    expect(place.reason).toContain('is not writable');
  });

  it('is none that somebody else has made, and the refusal says so', () => {
    const own = () => {
      throw new Error('/tmp/atoll-1000 belongs to another user');
    };
    expect(() => chooseDataPlace({}, { ...laptop, isWritable: () => false, own })).toThrow(
      expect.objectContaining({
        code: 'DATA_DIR_UNUSABLE',
        message: expect.stringContaining('belongs to another user'),
      }),
    );
  });
});
