import { test } from './atoll.ts';
import { editedCases, expectEditToBeKept } from './editing.ts';

// On other grids, and what has nothing to do with drawing, such as the reload, is played without WebGL2: that is quicker by far.
test(`what is painted, undone, redone and saved is where it was painted (${editedCases.oblique.grid})`, async ({
  page,
}, info) => {
  await expectEditToBeKept(page, { title: editedCases.oblique.title, side: 'left', reloads: false }, info);
});
