import { AxeBuilder } from '@axe-core/playwright';
import { StandIn } from '../../packages/engines/test/deepisles-stand-in/stand-in.ts';
import { expect, type RunningAtoll, startAtoll, test, waitForResult } from './atoll.ts';
import { waitForLayers } from './comparison.ts';
import { countColour } from './pixels.ts';

/** A service whose DeepISLES answers with an empty mask, as it does when one of its models fails. */
let machine: StandIn;
let service: RunningAtoll & { remove(): void };

test.beforeAll(async () => {
  machine = new StandIn();
  machine.faults('all-zero');
  const env = Object.entries(machine.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  service = await startAtoll({ ...Object.fromEntries(env), ATOLL_ENGINE: 'deepisles' });
});
test.afterAll(async () => {
  await service.stop();
  service.remove();
  machine.remove();
});
test('an infarct that the engine missed stands above the result, is shown, reached and added to the mask', async ({
  page,
}) => {
  await page.goto(`${service.url}/?case=phantom-large-left`);
  await page.getByRole('button', { name: 'Run segmentation' }).click();
  await waitForResult(page);
  const look = page.getByRole('alert', { name: 'Independent check' });
  await expect(look).toContainText('Do not rely on this mask as it is');
  await expect(look).toContainText(
    /The mask is empty, but \d+ mL in \d places? (is|are) bright on DWI with a low ADC/,
  );
  const [alarm, volume] = [await look.boundingBox(), await page.getByLabel('Lesion volume').boundingBox()];
  expect(alarm?.y).toBeLessThan(volume?.y ?? 0);

  // The result brought the cursor there, for there is no lesion to bring it to: the patient's left, right on the page.
  await waitForLayers(page);
  await expect(page.getByTestId('position')).toHaveText(/^L /);
  const drawn = await countColour(page, 'missed');
  expect(drawn.right).toBeGreaterThan(50);
  expect(drawn.left).toBe(0);
  await look.getByText('Show on the images').click();
  await expect.poll(async () => (await countColour(page, 'missed')).total).toBe(0);
  await look.getByText('Show on the images').click();
  await waitForLayers(page);

  await page.locator('.canvas-host canvas').focus();
  await page.keyboard.press('PageUp');
  const away = await page.getByTestId('position').innerText();
  await look.getByRole('button', { name: 'Go to location' }).first().click();
  await expect(page.getByTestId('position')).not.toHaveText(away);

  await page.keyboard.press('m');
  await page.keyboard.press('+');
  // The engine's mask is empty; what is added is a step of an edit, to be undone as any other.
  const edited = page.getByTestId('edited-volume');
  await expect.poll(async () => Number.parseFloat((await edited.textContent()) ?? '')).toBeGreaterThan(10);
  const candidates = page.getByLabel('Candidates not in the mask');
  await expect(candidates.getByRole('button', { name: /^Added candidate/ }).first()).toBeDisabled();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(edited).toHaveText(/^0.00/);
  await candidates
    .getByRole('button', { name: /^Add candidate/ })
    .first()
    .click();
  await expect(edited).not.toHaveText(/^0.00/);

  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
