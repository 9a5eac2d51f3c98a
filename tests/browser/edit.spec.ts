import { test } from './atoll.ts';
import { editedCases, expectEditToBeKept } from './editing.ts';

// What has nothing to do with drawing, such as the reload, is played without WebGL2: that is quicker by far.
for (const [side, { title, grid }] of [
  ['right', editedCases.ras],
  ['left', editedCases.oblique],
] as const) {
  test(`what is painted, undone, redone and saved is where it was painted (${grid})`, async ({
    page,
  }, info) => {
    await expectEditToBeKept(page, { title, side, reloads: false }, info);
  });
}
