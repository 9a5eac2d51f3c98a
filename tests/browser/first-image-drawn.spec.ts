import { chooseCase, expect, test, waitForImages } from './atoll.ts';

const large = 'Phantom: one large infarct, left';

test('little is loaded before a case is chosen, and what draws its images when somebody points at one', async ({
  page,
  context,
}) => {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  let loadedBytes = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => {
    loadedBytes += encodedDataLength;
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const views = () => asked.filter((path) => path.includes('niivue-view'));

  await page.goto('/');
  const option = page.getByRole('option', { name: large });
  await expect(option).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(views()).toEqual([]);
  expect(loadedBytes).toBeGreaterThan(50_000);
  expect(loadedBytes).toBeLessThan(350_000);

  await option.hover();
  await expect.poll(views).toHaveLength(1);
  expect(asked.filter((path) => path.includes('/images/'))).toEqual([]);

  await chooseCase(page, large);
  await waitForImages(page);
  expect(views()).toHaveLength(1);
});
