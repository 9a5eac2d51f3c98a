import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Room } from './room.ts';

const megabyte = 2 ** 20;
const folder = tmpdir();
/** Room for so many bytes above the floor, give or take what others write meanwhile. */
const withRoomFor = (bytes: number, promised = 0) => {
  const { bavail, bsize } = statfsSync(folder);
  return new Room(folder, bavail * bsize - bytes, async () => promised);
};

describe('room on the disk', () => {
  it('is not promised twice to what is announced at the same time', async () => {
    const room = withRoomFor(1500 * megabyte);
    const asked = await Promise.allSettled([1, 2, 3, 4].map(() => room.reserve(512 * megabyte)));
    const held = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(held.length).toBeLessThanOrEqual(2);
    for (const each of held) each.release();
    const again = await room.reserve(512 * megabyte);
    // What has come is on the disk, and not waited for any more.
    await again.came(512 * megabyte);
    await room.reserve(1000 * megabyte);
  });

  it('counts what unfinished uploads were promised', async () => {
    await expect(withRoomFor(1500 * megabyte, 1400 * megabyte).reserve(512 * megabyte)).rejects.toMatchObject(
      {
        code: 'DISK_FULL',
      },
    );
  });

  it('is asked for again and again while bytes come that were not announced', async () => {
    const room = withRoomFor(1000 * megabyte);
    const one = await room.reserve(0);
    for (let came = 0; came < 100 * megabyte; came += megabyte) await one.came(came);
    await room.reserve(985 * megabyte);
    // 8 MB at a time are expected next, of either of these two.
    const flood = async () => {
      for (let came = 100 * megabyte; came < 200 * megabyte; came += megabyte) await one.came(came);
    };
    await (await room.reserve(0)).came(1);
    await expect(flood()).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  it('is not asked for where no floor is set', async () => {
    await new Room(folder, 0, async () => Number.MAX_SAFE_INTEGER).reserve(Number.MAX_SAFE_INTEGER);
  });
});
