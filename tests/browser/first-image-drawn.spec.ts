import { chooseCase, expect, test, waitForImages } from './atoll.ts';

const large = 'Phantom: one large infarct, left';

test('little is loaded before a case is chosen, what draws its first image when somebody points at one, and NiiVue after that', async ({
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
  const first = () => asked.filter((path) => path.includes('staged-view'));
  const views = () => asked.filter((path) => path.includes('niivue-view'));

  await page.goto('/');
  const option = page.getByRole('option', { name: large });
  await expect(option).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect([...first(), ...views()]).toEqual([]);
  expect(loadedBytes).toBeGreaterThan(50_000);
  expect(loadedBytes).toBeLessThan(350_000);

  await option.hover();
  await expect.poll(first).toHaveLength(1);
  expect(views()).toEqual([]);
  expect(asked.filter((path) => path.includes('/images/'))).toEqual([]);

  await chooseCase(page, large);
  await waitForImages(page);
  expect(views()).toHaveLength(1);
});
