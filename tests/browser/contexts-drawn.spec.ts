import { chooseCase, expect, test, waitForImages } from './atoll.ts';

test('one viewer after the other, more than a browser has contexts, and a lost context leave the images alive', async ({
  page,
  faults,
}) => {
  // Chromium itself notes each context that we give back.
  faults.allow(/CONTEXT_LOST_WEBGL|context lost/i);
  await page.setViewportSize({ width: 480, height: 420 });
  await page.goto('/');
  await page.getByRole('radio', { name: 'Cases' }).click();
  await chooseCase(page, 'Phantom: one large infarct, left');
  await waitForImages(page);
  // Chromium gives out sixteen, then takes away the first.
  for (let mount = 0; mount < 17; mount++) {
    const canvas = await page.locator('.canvas-host canvas').elementHandle();
    await canvas?.evaluate((each) => {
      if (!(each instanceof HTMLCanvasElement)) return;
      each.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    });
    // What draws next has a canvas of its own.
    await page.waitForFunction((each) => each?.isConnected === false, canvas);
    await waitForImages(page);
  }
  const lost = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.canvas-host canvas');
    return canvas?.getContext('webgl2')?.isContextLost();
  });
  expect(lost).toBe(false);
});
