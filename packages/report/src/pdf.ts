import { PDFDocument } from '@cantoo/pdf-lib';
import type { ReportContent } from './content.ts';
import type { Block } from './document.ts';
import { PdfPages } from './pdf-pages.ts';
import { drawTable } from './pdf-table.ts';
import { pdfText } from './pdf-text.ts';

const sizes = { title: 17, subject: 12, heading: 12, text: 9.5, small: 8 } as const;
const colours = {
  text: [0, 0, 0],
  quiet: [0.33, 0.36, 0.41],
  serious: [0.7, 0.15, 0.12],
  caution: [0.48, 0.31, 0],
  info: [0.2, 0.25, 0.4],
} as const;
const severityTitles = { serious: 'Serious', caution: 'Caution', info: 'Note' } as const;

/**
 * The same report as a PDF, on A4, with what it is and where it stands at the foot of each page. The same content gives
 * the same bytes.
 */
export async function writePdf(content: ReportContent): Promise<Uint8Array<ArrayBuffer>> {
  const { title, subject, standing, notice, warnings, headline, blocks, createdAt } = content;
  const document = await PDFDocument.create();
  const made = new Date(createdAt);
  document.setTitle(pdfText(subject === '' ? title : `${title}: ${subject}`).text, {
    showInWindowTitleBar: true,
  });
  document.setCreator('Atoll');
  document.setProducer('Atoll');
  document.setLanguage('en');
  document.setCreationDate(made);
  document.setModificationDate(made);
  const pages = await PdfPages.start(document);
  pages.text(title, { size: sizes.title, bold: true });
  if (subject !== '') pages.text(subject, { size: sizes.subject });
  pages.space(4);
  pages.boxed(
    standing.title,
    standing.sentence,
    standing.kind === 'rejected' ? colours.serious : colours.caution,
  );
  pages.text(notice, { size: sizes.small, colour: colours.quiet });
  pages.space(5);
  for (const { severity, message } of warnings)
    pages.boxed(severityTitles[severity], message, colours[severity]);
  pages.space(6);
  for (const { name, value } of headline) pages.fact(name, value, { size: sizes.text + 1, bold: true });
  for (const block of blocks) put(pages, block);
  pages.finish([standing.title, subject, notice].filter((part) => part !== '').join(' · '));
  return new Uint8Array(await document.save());
}

function put(pages: PdfPages, block: Block): void {
  switch (block.kind) {
    case 'heading':
      pages.space(10);
      // With room for what it is the heading of.
      pages.need(60);
      pages.text(block.text, { size: sizes.heading, bold: true });
      pages.space(2);
      return;
    case 'paragraph':
      pages.text(block.text, {
        size: sizes.text,
        ...(block.isQuiet === true ? { colour: colours.quiet } : {}),
      });
      pages.space(3);
      return;
    case 'facts':
      for (const { name, value } of block.facts) pages.fact(name, value, { size: sizes.text });
      pages.space(3);
      return;
    case 'table':
      drawTable(pages, block, { size: sizes.small + 0.5, quiet: colours.quiet });
      pages.space(6);
      return;
    case 'pictures':
      for (const { picture, caption } of block.pictures)
        pages.picture(picture, caption, { size: sizes.small, colour: colours.quiet });
  }
}
