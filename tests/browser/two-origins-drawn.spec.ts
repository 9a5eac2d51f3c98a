import { chooseCase, choosePlane, expect, run, test, waitForResult } from './atoll.ts';
import { startTwoOrigins } from './origins.ts';
import { countColour } from './pixels.ts';

test('images and mask of another origin are drawn by WebGL in an isolated page, in slices and in 3D', async ({
  page: tab,
  faults,
}) => {
  faults.allow(/Failed to load resource|ERR_|CORS policy|net::|Cross-Origin/);
  const { page, host, closeService } = await startTwoOrigins();
  await host.wake();
  await tab.goto(page.origin);
  expect(await tab.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await chooseCase(tab, 'Phantom: one large infarct, left');
  await run(tab);
  await waitForResult(tab);
  // Radiological: the patient's left is on the right.
  const seen = await countColour(tab, 'mask');
  expect(seen.right / seen.total).toBeGreaterThan(0.95);
  expect(seen.total).toBeGreaterThan(200);
  await choosePlane(tab, '3D');
  expect((await countColour(tab, 'mask')).total).toBeGreaterThan(100);
  await page.close();
  await closeService();
});
