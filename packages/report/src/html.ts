import { pngFile } from '@atoll/pictures/png';
import type { ReportContent } from './content.ts';
import type { Block, Fact } from './document.ts';
import { htmlHead } from './html-head.ts';
import { htmlStyle } from './html-style.ts';
import { escapeHtml } from './html-text.ts';

/**
 * A report as one HTML file that needs nothing else: style and pictures are in it, and it may ask nobody for anything.
 */
export function writeHtml(content: ReportContent): string {
  const { title, subject, standing, notice, warnings, headline, blocks } = content;
  const heading = subject === '' ? title : `${title}: ${subject}`;
  const policy = "img-src data:; style-src 'unsafe-inline'";
  return `${htmlHead({ title: heading, policy, style: htmlStyle })}
<meta name="generator" content="Atoll">
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
${subject === '' ? '' : `<p class="subject">${escapeHtml(subject)}</p>`}
<p class="standing ${standing.kind}"><strong>${escapeHtml(standing.title)}</strong> ${escapeHtml(standing.sentence)}</p>
<p class="notice">${escapeHtml(notice)}</p>
</header>
${warnings.length === 0 ? '' : `<section aria-label="Warnings"><ul class="warnings">${warnings.map(({ severity, message }) => `<li class="${severity}"><strong>${severityTitles[severity]}</strong> ${escapeHtml(message)}</li>`).join('\n')}</ul></section>`}
<section aria-label="Result">${facts(headline, 'headline')}</section>
${blocks.map(blockHtml).join('\n')}
</main>
<footer class="each-page">${escapeHtml([standing.title, subject, notice].filter((part) => part !== '').join(' · '))}</footer>
</body>
</html>
`;
}

const severityTitles = { serious: 'Serious', caution: 'Caution', info: 'Note' } as const;

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case 'paragraph':
      return `<p${block.isQuiet === true ? ' class="quiet"' : ''}>${escapeHtml(block.text)}</p>`;
    case 'facts':
      return facts(block.facts, 'facts');
    case 'table':
      return tableHtml(block);
    case 'pictures':
      return block.pictures
        .map(
          ({ picture, caption }) =>
            `<figure><img src="data:image/png;base64,${base64(pngFile(picture))}" width="${picture.width}" height="${picture.height}" alt="${escapeHtml(caption)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`,
        )
        .join('\n');
  }
}

function facts(items: readonly Fact[], name: string): string {
  const rows = items.map(
    ({ name: term, value }) => `<div><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="${name}">${rows.join('')}</dl>`;
}

function tableHtml({ title, columns, rows }: Block & { kind: 'table' }): string {
  const kinds = columns.map(({ isNumber }) => (isNumber === true ? ' class="number"' : ''));
  const head = columns.map((column, at) => `<th scope="col"${kinds[at]}>${escapeHtml(column.title)}</th>`);
  const body = rows.map(
    (row) => `<tr>${row.map((cell, at) => `<td${kinds[at]}>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  const widths = columns.map(({ share }) => `<col style="width:${share}%">`).join('');
  return `<div class="table"><table><caption>${escapeHtml(title)}</caption><colgroup>${widths}</colgroup><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** In pieces: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
