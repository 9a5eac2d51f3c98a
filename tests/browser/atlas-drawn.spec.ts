import { hasRealData, realData } from '../../packages/cli/test/real-data.ts';
import { expectAtlasOverImages, startWithAtlas } from './atlas-overlay.ts';
import { test } from './atoll.ts';

test('the atlas is laid over the images by WebGL', async ({ page }) => {
  test.skip(!hasRealData, `Real images are not there: ${realData}`);
  // A whole run of a real case, placed, on a machine that may have much else to do.
  test.setTimeout(300_000);
  const server = await startWithAtlas();
  try {
    await expectAtlasOverImages(page, server.url);
  } finally {
    await server.stop();
    server.remove();
  }
});
