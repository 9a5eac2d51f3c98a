import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { signInEnv } from '../../packages/server/test/access-server.ts';
import { freePort, type RunningProvider, startProvider } from '../../packages/server/test/openid-provider.ts';
import { chooseCase, expect, run, startAtoll, test, waitForResult } from './atoll.ts';
import { volume } from './editing.ts';
import { type StaticHost, startStaticHost } from './hosts.ts';

/** People sign in at a real provider; the page shows who they are, what they may, and what ends. */

const large = 'Phantom: one large infarct, left';
let provider: RunningProvider;
let service: Awaited<ReturnType<typeof startAtoll>>;
let elsewhere: StaticHost;

test.beforeAll(async () => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  provider = await startProvider({ publicUrl: url });
  provider.accounts.set('ann', { name: 'Ann Reviewer', groups: ['lab', 'reviewers'] });
  provider.accounts.set('ben', { name: 'Ben Reader', groups: ['lab'] });
  provider.accounts.set('root', { name: 'The Administrator', groups: ['admins'] });
  elsewhere = await startStaticHost(url);
  service = await startAtoll({
    ...signInEnv(provider.issuer, url),
    ATOLL_PORT: String(port),
    ATOLL_ORIGINS: elsewhere.origin,
    ATOLL_REVIEWER_GROUPS: 'reviewers',
    ATOLL_ADMIN_GROUPS: 'admins',
    ATOLL_SHARED_GROUPS: 'lab',
  });
});
test.afterAll(async () => {
  await service.stop();
  service.remove();
  await elsewhere.close();
  await provider.stop();
});
test.beforeEach(({ faults }) => faults.allow(/WebGL|status of 40[134]|status of 410|Cross-Origin/i));

async function signIn(page: Page, account: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).first().click();
  await enterAccount(page, account);
  await expect(page.getByRole('button', { name: /^Account:/ })).toBeVisible();
}

/** At the provider. */
async function enterAccount(page: Page, account: string): Promise<void> {
  await page.getByLabel('Account').fill(account);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function opened(browser: Browser, account: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(service.url);
  await signIn(page, account);
  return { page, context };
}

test('one signs in, runs, shares a link that ends, and signs out; a guest sees that result alone', async ({
  page,
  browser,
}) => {
  await page.goto(service.url);
  await expect(page.getByRole('heading', { name: 'Sign in to see the cases' })).toBeVisible();
  await expect(page.getByRole('option')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Run segmentation' })).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await signIn(page, 'ann');

  await chooseCase(page, large);
  await run(page);
  await waitForResult(page);
  const shown = page.url();
  await page.getByRole('button', { name: 'Account: Ann Reviewer' }).click();
  await expect(page.getByText('Reviewer.', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Share…' }).click();
  await page.getByText('1 day', { exact: true }).click();
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await page.getByLabel('Copy it now').inputValue();
  expect(link.startsWith(`${service.url}/share/`)).toBe(true);
  await expect(page.getByLabel('Links to this result').getByText(/^Ends /)).toHaveCount(1);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  const context = await browser.newContext();
  const guest = await context.newPage();
  await guest.goto(link);
  await waitForResult(guest);
  const about = guest.getByLabel('Shared with you');
  await expect(about).toContainText('This result was shared with you');
  await expect(about).toContainText(/until \w/);
  await expect(guest.getByRole('option')).toHaveCount(0);
  for (const name of ['Run segmentation', 'Review or edit', 'Share…']) {
    await expect(guest.getByRole('button', { name })).toHaveCount(0);
  }
  await expect(guest.getByText('To review or edit it, you need an account')).toBeVisible();
  const saved = guest.waitForEvent('download');
  await guest.getByRole('link', { name: 'Mask (NIfTI)' }).click();
  expect((await saved).suggestedFilename()).toContain('lesion_msk');

  // Ended, it says so: on the page that is open, and to whoever comes by it.
  await page.getByRole('button', { name: 'End now' }).click();
  await expect(page.getByLabel('Links to this result').getByText(/^Revoked /)).toHaveCount(1);
  await expect(async () => {
    await guest.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect(guest.getByRole('alert').first()).toContainText('The link has ended', { timeout: 1000 });
  }).toPass();
  await guest.goto(link);
  await expect(guest.getByRole('heading')).toContainText('no longer valid');
  await guest.getByRole('link', { name: 'Open Atoll' }).click();
  await expect(guest.getByRole('heading', { name: 'Sign in to see the cases' })).toBeVisible();
  await context.close();

  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Account: Ann Reviewer' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  // The provider asks whether its own session is to end, too.
  await page.waitForURL(`${provider.issuer}/**`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in to see the cases' })).toBeVisible();
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await page.goto(shown);
  await expect(page.getByRole('heading', { name: 'Sign in to see this result' })).toBeVisible();
  // And one is led back to it.
  await page.getByLabel('Sign in').getByRole('link', { name: 'Sign in' }).click();
  await enterAccount(page, 'ann');
  await waitForResult(page);
  expect(new URL(page.url()).search).toBe(new URL(shown).search);
});

test('a session that ends in mid-work loses no edit: one signs in beside, and saves under one’s name', async ({
  browser,
}) => {
  const { page, context } = await opened(browser, 'ann');
  await chooseCase(page, large);
  await run(page);
  await waitForResult(page);
  await page.getByRole('button', { name: 'Review or edit' }).click();
  await expect(page.getByText('It bears your name: Ann Reviewer')).toBeVisible();
  const before = await volume(page);
  await page.keyboard.press('>');
  await expect.poll(() => volume(page)).toBeGreaterThan(before);
  const edited = await volume(page);

  await context.clearCookies();
  await page.getByRole('button', { name: 'Save correction' }).click();
  const notice = page.getByRole('alert').filter({ hasText: 'Your session has ended' });
  await expect(notice).toBeVisible();
  expect(await volume(page)).toBe(edited);
  const beside = context.waitForEvent('page');
  await notice.getByRole('link', { name: 'Sign in' }).click();
  const tab = await beside;
  await enterAccount(tab, 'ann');
  await expect(tab.getByRole('heading', { name: 'You are signed in' })).toBeVisible();
  await tab.close();
  await page.bringToFront();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(notice).toHaveCount(0);
  expect(await volume(page)).toBe(edited);
  await page.getByRole('button', { name: 'Save correction' }).click();
  await expect(page.getByLabel('Review', { exact: true })).toContainText('Ann Reviewer');
  await context.close();
});

test('a reader is not offered to review, and told why; others’ results are not there', async ({
  browser,
}) => {
  const { page, context } = await opened(browser, 'ben');
  await chooseCase(page, 'Phantom: small infarct in the pons');
  await run(page);
  await waitForResult(page);
  await expect(page.getByText('Your role is reader; reviewing and editing need the role')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review or edit' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Share…' })).toBeVisible();
  await context.close();
});

test('the page of another origin signs in with a token, which stays out of addresses and of other hosts', async ({
  page,
  browser,
}) => {
  const { page: admin, context } = await opened(browser, 'root');
  const answer = await admin.request.post(`${service.url}/api/tokens`, {
    headers: { Origin: service.url },
    data: { label: 'a page elsewhere', user: 'ann', groups: ['lab'], role: 'reviewer', days: 1 },
  });
  const { token } = await answer.json();
  await context.close();

  const asked: { readonly url: string; readonly isSent: boolean }[] = [];
  page.on('request', (request) =>
    asked.push({ url: request.url(), isSent: 'authorization' in request.headers() }),
  );
  await page.goto(elsewhere.origin);
  await page.getByLabel('Token').fill('atoll_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('The token is not valid');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await chooseCase(page, large);
  await page.getByText('Specific', { exact: true }).click();
  await run(page);
  await waitForResult(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'All files (ZIP)' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.zip$/);
  expect(asked.some(({ url }) => url.endsWith('/events'))).toBe(true);
  for (const { url, isSent } of asked) {
    expect(url).not.toContain('atoll_');
    if (isSent) expect(url.startsWith(`${service.url}/`)).toBe(true);
  }
  await page.reload();
  await waitForResult(page);
  await page.getByRole('button', { name: 'Account: ann' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Token')).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});
