import type { Page } from '@playwright/test';

/** Every request that leaves the page from now on; and none of them gets through. */
export async function cutOff(page: Page): Promise<string[]> {
  const asked: string[] = [];
  const isOwn = (url: string) => url.startsWith('blob:') || url.startsWith('data:');
  // Workers have requests too, which only the context hears of.
  page.context().on('request', (request) => {
    if (!isOwn(request.url())) asked.push(`${request.method()} ${request.url()}`);
  });
  page.on('websocket', (socket) => asked.push(socket.url()));
  await page
    .context()
    .route('**/*', (route) => (isOwn(route.request().url()) ? route.continue() : route.abort()));
  await page.context().setOffline(true);
  return asked;
}

/** Requests go out again. */
export async function letOut(page: Page): Promise<void> {
  await page.context().unrouteAll();
  await page.context().setOffline(false);
}
