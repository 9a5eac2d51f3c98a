/** A reader in a process of its own: so many verdicts as fast as they go. Arguments: derivative, rater, how many. */
import { Reviews } from '../src/derivative/reviews.ts';

const [root, rater, count] = process.argv.slice(2);
const reviews = new Reviews(root);
for (let at = 0; at < Number(count); at++) {
  await reviews.put({
    subject: String(at),
    session: null,
    rater,
    verdict: 'accepted',
    note: '',
    volumeBeforeMl: 1,
    volumeAfterMl: 1,
    diceWithEngine: 1,
    date: new Date().toISOString(),
    engineMaskSha256: 'e',
    maskSha256: 'e',
  });
}
