import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from './attack/chance.ts';
import { attackDoors } from './attack/doors.ts';
import { openProviderHouse, openReviewHouse, openSignedInHouse } from './attack/houses.ts';
import { type LoopbackServer, startLoopbackServer } from './attack/loopback-server.ts';
import { attackReaders } from './attack/readers.ts';
import { attackEngine } from './attack/studies.ts';
import { attackUploads } from './attack/uploads.ts';

let service: LoopbackServer;
beforeAll(async () => {
  service = await startLoopbackServer();
}, 120_000);
afterAll(() => service.stop());

/** `npm run attack` goes on for longer, and has schemathesis help. */
describe('a short attack', () => {
  it('gets an image or a catalogued error out of every reader', async () => {
    expect((await attackReaders({ tries: 400 }, new Chance(17))).faults).toEqual([]);
  }, 120_000);

  it('gets a mask or a catalogued error out of the engine', async () => {
    expect((await attackEngine({ tries: 25 }, new Chance(18))).faults).toEqual([]);
  }, 180_000);

  it('gets no fault out of the service that takes spoilt uploads, and it lives on', async () => {
    expect((await attackUploads(service, { tries: 60 }, new Chance(19))).faults).toEqual([]);
  }, 180_000);

  it.each([
    ['a service that people sign in to and archives store at', openSignedInHouse],
    ['a service with an OpenID provider', openProviderHouse],
    ['a review', openReviewHouse],
  ] as const)(
    'gets no fault of its own out of %s',
    async (_, open) => {
      const { name, house, doors, usual, close } = await open();
      try {
        const outcome = await attackDoors(name, house, doors, { tries: 150 }, new Chance(20), usual);
        expect(outcome.faults).toEqual([]);
      } finally {
        await close();
      }
    },
    300_000,
  );
});
