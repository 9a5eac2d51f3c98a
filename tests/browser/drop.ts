import type { Page } from '@playwright/test';
import { expect } from './atoll.ts';

/** Lets go of files or folders over the page, as a file manager does. */
export async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const at = { x: 400, y: 300, data };
  await expect(page.getByRole('button', { name: 'Open local images' })).toBeVisible();
  for (const type of ['dragEnter', 'dragOver'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, ...at });
  }
  await expect(page.getByText('Drop images here')).toBeVisible();
  await devtools.send('Input.dispatchDragEvent', { type: 'drop', ...at });
}
