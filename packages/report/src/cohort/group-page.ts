import { htmlHead } from '../html-head.ts';
import { htmlStyle } from '../html-style.ts';
import { escapeHtml } from '../html-text.ts';
import type { CohortAgreement } from './agreement.ts';
import { agreementHtml } from './agreement-part.ts';
import { groupScript, groupStyle } from './group-look.ts';
import { volumeHistogram } from './histogram.ts';

/** A case of a cohort as its group page shows it. Paths are relative to the page, with `/`. */
export type CohortCase = {
  readonly id: string;
  readonly status: 'done' | 'failed' | 'waiting';
  /** null where there is none. */
  readonly page: string | null;
  readonly thumbnail: string | null;
  readonly volumeMl: number | null;
  readonly lesionCount: number | null;
  readonly location: string | null;
  readonly possiblyMissedMl: number | null;
  readonly dice: number | null;
  readonly warnings: readonly {
    readonly severity: 'serious' | 'caution' | 'info';
    readonly message: string;
  }[];
  /** Why there is no result. */
  readonly error: string | null;
  /** What readers made of it; empty while nobody has. */
  readonly reviews: readonly CohortReview[];
  /** How many reviews are of an earlier mask of the case. */
  readonly outdatedReviews: number;
};

/** What a reader made of a case, such as "accepted by A", with the page of the corrected mask where there is one. */
export type CohortReview = { readonly words: string; readonly page: string | null };

export type Cohort = {
  readonly title: string;
  readonly notice: string;
  readonly cases: readonly CohortCase[];
  /** Further parts with pictures, such as a map of lesions. */
  readonly figures: readonly CohortFigure[];
  /** null while nobody looked at any. */
  readonly agreement: CohortAgreement | null;
};

/** A picture beside the page, or one of lines that is part of it. */
export type CohortFigure = {
  readonly title: string;
  readonly caption: string;
  readonly picture: { readonly path: string } | { readonly svg: string };
};

/**
 * One page for all cases of a cohort: volumes, thumbnails, warnings first, links. It opens from disk, asks nobody for
 * anything, and is a table in a sensible order where no script runs. Thumbnails lie beside it, so that it stays small.
 */
export async function writeGroupPage({ title, notice, cases, figures, agreement }: Cohort): Promise<string> {
  const done = cases.filter(({ status }) => status === 'done');
  const failed = cases.filter(({ status }) => status === 'failed').length;
  const waiting = cases.length - done.length - failed;
  const reviewed = done.filter(({ reviews }) => reviews.length > 0).length;
  const volumes = done.flatMap(({ volumeMl }) => (volumeMl === null ? [] : [volumeMl]));
  const sum = [
    `${done.length} of ${cases.length} cases have a mask`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(waiting > 0 ? [`${waiting} not yet run`] : []),
    reviewed === 0 ? 'none reviewed' : `${reviewed} of ${done.length} reviewed`,
  ];
  const heads = columns.map(
    ({ name, isNumber }, at) =>
      `<th scope="col"${isNumber ? ' class="number"' : ''}>${name === '' ? '' : `<button type="button" data-column="${at}">${name}</button>`}</th>`,
  );
  const policy = `img-src 'self' file:; style-src 'unsafe-inline'; script-src '${await hashOf(groupScript)}'`;
  return `${htmlHead({ title, policy, style: `${htmlStyle}${groupStyle}` })}
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p><strong>${escapeHtml(`${sum.join(', ')}.`)}</strong></p>
<p class="notice">${escapeHtml(notice)}</p>
${volumes.length === 0 ? '' : `<figure><figcaption>Volumes of the masks</figcaption>${volumeHistogram(volumes)}</figure>`}
${figures.map(figureHtml).join('\n')}
${agreement === null ? '' : agreementHtml(agreement)}
<h2>Cases</h2>
<p class="quiet">Failures and serious warnings first. Press the head of a column to sort by it.</p>
<div class="table"><table class="cases">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${[...cases].sort(byGravity).map(rowHtml).join('\n')}
</tbody></table></div>
</main>
<script>${groupScript}</script>
</body>
</html>
`;
}

const columns = [
  { name: '', isNumber: false },
  { name: 'Case', isNumber: false },
  { name: 'Volume, mL', isNumber: true },
  { name: 'Lesions', isNumber: true },
  { name: 'Where', isNumber: false },
  { name: 'Possibly missed, mL', isNumber: true },
  { name: 'Dice', isNumber: true },
  { name: 'Review', isNumber: false },
  { name: 'Warnings', isNumber: true },
] as const;

function rowHtml(each: CohortCase): string {
  const { id, page, thumbnail, volumeMl, lesionCount, location, possiblyMissedMl, dice, reviews } = each;
  const name = escapeHtml(id);
  const picture =
    thumbnail === null
      ? ''
      : `<img src="${address(thumbnail)}" alt="Largest slice of ${name}" width="96" loading="lazy">`;
  const number = (value: number | null, digits: number) =>
    `<td class="number" data-value="${value ?? -1}">${value === null ? '' : value.toFixed(digits)}</td>`;
  return `<tr class="${each.status}"><td>${picture}</td><td>${page === null ? name : `<a href="${address(page)}">${name}</a>`}</td>${number(volumeMl, 2)}${number(lesionCount, 0)}<td>${escapeHtml(location ?? '')}</td>${number(possiblyMissedMl, 2)}${number(dice, 3)}<td>${reviews.length > 0 ? reviews.map(reviewHtml).join('<br>') : each.status === 'done' ? `Not reviewed${each.outdatedReviews > 0 ? ' (an earlier mask was)' : ''}` : ''}</td><td data-value="${gravityOf(each)}">${warningsHtml(each)}</td></tr>`;
}

function reviewHtml({ words, page }: CohortReview): string {
  return page === null ? escapeHtml(words) : `<a href="${address(page)}">${escapeHtml(words)}</a>`;
}

function warningsHtml({ status, error, warnings }: CohortCase): string {
  if (status === 'failed') return `<strong class="serious">Failed</strong> ${escapeHtml(error ?? '')}`;
  if (status === 'waiting') return 'Not yet run';
  const grave = warnings.filter(({ severity }) => severity === 'serious');
  const rest = warnings.filter(({ severity }) => severity === 'caution').length;
  const lines = grave.map(({ message }) => `<strong class="serious">Serious</strong> ${escapeHtml(message)}`);
  if (rest > 0) lines.push(`${rest} ${rest === 1 ? 'caution' : 'cautions'}`);
  return lines.join('<br>');
}

/** How much a case wants to be looked at. */
function gravityOf({ status, warnings }: CohortCase): number {
  if (status === 'failed') return 1_000_000;
  return warnings.reduce(
    (sum, { severity }) => sum + (severity === 'serious' ? 1000 : severity === 'caution' ? 1 : 0),
    0,
  );
}

function byGravity(a: CohortCase, b: CohortCase): number {
  return gravityOf(b) - gravityOf(a) || (b.volumeMl ?? -1) - (a.volumeMl ?? -1) || (a.id < b.id ? -1 : 1);
}

function figureHtml({ title, caption, picture }: CohortFigure): string {
  const drawn =
    'svg' in picture ? picture.svg : `<img src="${address(picture.path)}" alt="${escapeHtml(title)}">`;
  return `<h2>${escapeHtml(title)}</h2><figure>${drawn}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/** A relative path as an address; what a name may hold is no part of one. */
function address(path: string): string {
  return escapeHtml(path.split('/').map(encodeURIComponent).join('/'));
}

async function hashOf(script: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
