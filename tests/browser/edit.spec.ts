import { test } from './atoll.ts';
import { expectEditToBeKept } from './editing.ts';
import { sidedCases } from './sides.ts';

for (const each of sidedCases.slice(0, 2)) {
  test(`what is painted, undone, redone and saved is where it was painted (${each.grid})`, async ({
    page,
  }, info) => {
    await expectEditToBeKept(page, each, info);
  });
}
