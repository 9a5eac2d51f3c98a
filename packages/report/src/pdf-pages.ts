import type { PackedPicture } from '@atoll/pictures/png';
import {
  concatTransformationMatrix,
  drawObject,
  type PDFDocument,
  type PDFFont,
  PDFHexString,
  type PDFPage,
  type PDFRef,
  popGraphicsState,
  pushGraphicsState,
  rgb,
  StandardFonts,
} from '@cantoo/pdf-lib';
import { pdfRuns, pdfText } from './pdf-text.ts';

export type Rgb = readonly [number, number, number];
export type TextStyle = { readonly size: number; readonly bold?: boolean; readonly colour?: Rgb };

export type PdfCell = {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly style: TextStyle;
  readonly isRight?: boolean;
};

/** A4 in points. */
const page = { width: 595.28, height: 841.89, margin: 48, foot: 62 } as const;
const line = 1.3;
const factShare = 0.3;
/** Of superscripts: their size, and how high they stand, in sizes of the text. */
const raised = { size: 0.68, by: 0.36 } as const;

/** Pages that are filled from above, a new one where there is no more room. */
export class PdfPages {
  readonly #document: PDFDocument;
  readonly #regular: PDFFont;
  readonly #bold: PDFFont;
  readonly width = page.width - 2 * page.margin;
  readonly left = page.margin;
  #page: PDFPage;
  /** The upper edge of what is free. */
  #y: number = page.height - page.margin;
  /** Whether every letter so far could be printed. */
  #isWhole = true;

  private constructor(document: PDFDocument, regular: PDFFont, bold: PDFFont) {
    this.#document = document;
    this.#regular = regular;
    this.#bold = bold;
    this.#page = document.addPage([page.width, page.height]);
  }

  static async start(document: PDFDocument): Promise<PdfPages> {
    const regular = await document.embedFont(StandardFonts.Helvetica);
    const bold = await document.embedFont(StandardFonts.HelveticaBold);
    return new PdfPages(document, regular, bold);
  }

  space(points: number): void {
    this.#y -= points;
  }

  /** A new page unless so much is free on this one. @returns whether it is a new one. */
  need(points: number): boolean {
    if (this.#y - points >= page.foot) return false;
    this.#page = this.#document.addPage([page.width, page.height]);
    this.#y = page.height - page.margin;
    return true;
  }

  text(text: string, style: TextStyle, x = this.left, width = this.width): void {
    for (const each of this.wrap(text, width, style)) {
      this.need(style.size * line);
      this.#y -= style.size * line;
      this.drawLine(each, x, this.#y + 0.3 * style.size, style);
    }
  }

  /** A name on the left and its value beside it. */
  fact(name: string, value: string, style: TextStyle): void {
    const nameWidth = factShare * this.width;
    this.row(
      [
        {
          text: name,
          x: this.left,
          width: nameWidth - 8,
          style: { size: style.size, colour: [0.33, 0.36, 0.41] },
        },
        { text: value, x: this.left + nameWidth, width: this.width - nameWidth, style },
      ],
      2,
    );
  }

  /** Height of a row of such cells. */
  heightOf(cells: readonly PdfCell[], padding: number): number {
    const counts = cells.map(({ text, width, style }) => this.wrap(text, width, style).length);
    return Math.max(1, ...counts) * Math.max(...cells.map(({ style }) => style.size)) * line + padding;
  }

  /** Cells beside one another, as high as the highest; a row of more than a page goes on over the next ones. */
  row(cells: readonly PdfCell[], padding: number): void {
    const lines = cells.map(({ text, width, style }) => this.wrap(text, width, style));
    const count = Math.max(1, ...lines.map(({ length }) => length));
    const height = Math.max(...cells.map(({ style }) => style.size)) * line;
    // Short rows stay whole.
    if (count <= 12) this.need(count * height + padding);
    for (let n = 0; n < count; n++) {
      this.need(height);
      this.#y -= height;
      cells.forEach(({ x, width, style, isRight }, at) => {
        const text = lines[at][n];
        if (text === undefined) return;
        const start = isRight === true ? x + width - this.#widthOf(text, style) : x;
        this.drawLine(text, start, this.#y + 0.3 * style.size, style);
      });
    }
    this.#y -= padding;
  }

  rule(colour: Rgb, thickness = 0.5): void {
    this.#page.drawLine({
      start: { x: this.left, y: this.#y },
      end: { x: this.left + this.width, y: this.#y },
      thickness,
      color: rgb(...colour),
    });
  }

  /** A sentence with a coloured bar and a title. */
  boxed(title: string, sentence: string, colour: Rgb): void {
    const style = { size: 9.5 };
    const lines = this.wrap(`${title}: ${sentence}`, this.width - 12, { ...style, bold: true });
    for (const [at, each] of lines.entries()) {
      const height = style.size * line;
      this.need(height);
      this.#y -= height;
      this.#page.drawRectangle({
        x: this.left,
        y: this.#y,
        width: 3,
        height,
        color: rgb(...colour),
      });
      const start = this.left + 12;
      const head = `${title}:`;
      if (at > 0 || !each.startsWith(pdfText(head).text)) {
        this.drawLine(each, start, this.#y + 0.3 * style.size, style);
        continue;
      }
      this.drawLine(head, start, this.#y + 0.3 * style.size, { ...style, bold: true, colour });
      const rest = each.slice(pdfText(head).text.length).trimStart();
      const after = this.#widthOf(`${pdfText(head).text} `, { ...style, bold: true });
      this.drawLine(rest, start + after, this.#y + 0.3 * style.size, style);
    }
    this.#y -= 5;
  }

  /** A picture in the width of the page at most, its caption below it on the same page. */
  picture(picture: PackedPicture, caption: string, style: TextStyle): void {
    const { width, height } = picture;
    const captionHeight = this.wrap(caption, this.width, style).length * style.size * line;
    const room = page.height - page.margin - page.foot - captionHeight - 10;
    const scale = Math.min(this.width / width, room / height);
    this.need(height * scale + captionHeight + 10);
    this.#y -= height * scale;
    const name = this.#page.node.newXObject('Picture', this.#embed(picture));
    this.#page.pushOperators(
      pushGraphicsState(),
      concatTransformationMatrix(width * scale, 0, 0, height * scale, this.left, this.#y),
      drawObject(name),
      popGraphicsState(),
    );
    this.text(caption, style);
    this.space(8);
  }

  /** As it is packed already: a PDF knows the lines of a PNG (ISO 32000-1, 7.4.4.4) and palettes (8.6.6.3). */
  #embed({ width, height, palette, lines }: PackedPicture): PDFRef {
    const { context } = this.#document;
    const colours = palette.length / 3;
    return context.register(
      context.stream(lines, {
        Type: 'XObject',
        Subtype: 'Image',
        Width: width,
        Height: height,
        BitsPerComponent: 8,
        ColorSpace: ['Indexed', 'DeviceRGB', colours - 1, PDFHexString.of(hexOf(palette))],
        Filter: 'FlateDecode',
        DecodeParms: { Predictor: 15, Colors: 1, BitsPerComponent: 8, Columns: width },
      }),
    );
  }

  /** Lines of a text that are no wider than `width`; a word that is wider by itself is broken. */
  wrap(text: string, width: number, style: TextStyle): string[] {
    const printable = pdfText(text);
    this.#isWhole &&= printable.isWhole;
    const fits = (each: string) => this.#widthOf(each, style) <= width;
    const lines: string[] = [];
    let current = '';
    for (const word of printable.text.split(' ')) {
      const longer = current === '' ? word : `${current} ${word}`;
      if (fits(longer)) {
        current = longer;
        continue;
      }
      if (current !== '') lines.push(current);
      current = word;
      while (!fits(current) && current.length > 1) {
        let cut = current.length - 1;
        while (cut > 1 && !fits(current.slice(0, cut))) cut--;
        lines.push(current.slice(0, cut));
        current = current.slice(cut);
      }
    }
    if (current !== '' || lines.length === 0) lines.push(current);
    return lines;
  }

  drawLine(text: string, x: number, y: number, { colour = [0, 0, 0], ...style }: TextStyle): void {
    const font = this.#font(style);
    let at = x;
    for (const { text: run, isRaised } of pdfRuns(pdfText(text).text)) {
      const size = isRaised ? raised.size * style.size : style.size;
      const rise = isRaised ? raised.by * style.size : 0;
      this.#page.drawText(run, { x: at, y: y + rise, size, font, color: rgb(...colour) });
      at += font.widthOfTextAtSize(run, size);
    }
  }

  /** In points. */
  #widthOf(text: string, style: TextStyle): number {
    const font = this.#font(style);
    return pdfRuns(text).reduce(
      (sum, run) =>
        sum + font.widthOfTextAtSize(run.text, run.isRaised ? raised.size * style.size : style.size),
      0,
    );
  }

  /** Writes the foot of each page: how far it is, and a sentence. */
  finish(foot: string): void {
    if (!this.#isWhole)
      this.text('Letters that this PDF has no font for are question marks; the HTML report has them.', {
        size: 8,
      });
    const style: TextStyle = { size: 7, colour: [0.33, 0.36, 0.41] };
    const all = this.#document.getPages();
    all.forEach((each, at) => {
      this.#page = each;
      const count = `${at + 1} of ${all.length}`;
      const countWidth = this.#widthOf(count, style);
      const lines = this.wrap(foot, this.width - countWidth - 16, style).slice(0, 3);
      lines.forEach((text, n) => {
        this.drawLine(text, this.left, page.foot - 18 - n * style.size * line, style);
      });
      this.drawLine(count, this.left + this.width - countWidth, page.foot - 18, style);
    });
  }

  #font({ bold }: Pick<TextStyle, 'bold'>): PDFFont {
    return bold === true ? this.#bold : this.#regular;
  }
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
