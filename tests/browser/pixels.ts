import type { Page } from '@playwright/test';

/** How many pixels of a colour the images show, how they lie left and right of the picture's middle, and their centre. */
export type Coloured = {
  readonly total: number;
  readonly left: number;
  readonly right: number;
  readonly x: number;
  readonly y: number;
};

/** Orange, red, light green, pale blue, blue, violet, the three colours of the map of agreement, and the green wash of the MCA's territory. */
export type MaskColour =
  | 'mask'
  | 'missed'
  | 'threshold'
  | 'brain'
  | 'reference'
  | 'other'
  | 'one'
  | 'two'
  | 'three'
  | 'territory';

/**
 * Counts the pixels of a mask's colour in what a reader sees. The picture is taken
 * from outside: a WebGL canvas that is read later is blank.
 */
export async function countColour(page: Page, colour: MaskColour, where = '.canvas-host'): Promise<Coloured> {
  const picture = await page.locator(where).screenshot();
  return page.evaluate(
    async ({ base64, wanted }) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      if (context === null) throw new Error('no 2D canvas');
      context.drawImage(bitmap, 0, 0);
      const { data, width } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      const count = { total: 0, left: 0, right: 0, x: 0, y: 0 };
      for (let at = 0; at < data.length; at += 4) {
        const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
        const is = {
          mask: r > 110 && r - b > 60 && r > g,
          missed: r > 110 && r - g > 80 && r - b > 60,
          threshold: g > 150 && g - r > 50 && g - b > 100,
          brain: b > 110 && b - r > 50 && g - r < 60 && g > r,
          reference: b > 90 && b - r > 45 && g - r > 20,
          other: b - g > 60 && r - g > 40,
          one: b > 130 && b - r > 60 && b - g > 60 && r > g && r - g < 40,
          two: r - g > 70 && b - g > 10 && b - g < 50 && r - b > 50,
          territory: g - r > 22 && g - b > 4 && g - b < 40,
          three: r > 200 && b < 150 && r - b > 90 && r - g < 40,
        };
        if (!is[wanted]) continue;
        count.total++;
        const column = (at / 4) % width;
        if (column < width / 2) count.left++;
        else count.right++;
        count.x += column;
        count.y += Math.floor(at / 4 / width);
      }
      return { ...count, x: count.x / count.total, y: count.y / count.total };
    },
    { base64: picture.toString('base64'), wanted: colour },
  );
}
