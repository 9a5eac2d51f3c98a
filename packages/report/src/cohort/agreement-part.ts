import { escapeHtml } from '../html-text.ts';
import { type CohortAgreement, limitsOfAgreement, quantile, type RaterPair } from './agreement.ts';
import { blandAltman } from './bland-altman.ts';

/** What the readers of a cohort did, and how far they agree with the engine and with each other; HTML. */
export function agreementHtml({ raters, pairs }: CohortAgreement): string {
  if (raters.length === 0) return '';
  const counts = raters.map(
    ({ rater, accepted, corrected, rejected }) =>
      `<tr><td>${escapeHtml(rater)}</td>${[accepted, corrected, rejected, accepted + corrected + rejected].map(number).join('')}</tr>`,
  );
  const used = pairs.filter(({ cases, verdicts }) => cases.length > 0 || (verdicts?.all ?? 0) > 0);
  const plots = used
    .filter(({ cases }) => cases.length > 0)
    .map(
      (pair) =>
        `<figure>${blandAltman(pair)}<figcaption>Bland–Altman plot: volume by ${escapeHtml(pair.names[0])} minus volume by ${escapeHtml(pair.names[1])}, with their mean difference and limits of agreement (± 1.96 SD).</figcaption></figure>`,
    );
  return `<h2>Readers</h2>
<div class="table"><table><caption>Verdicts on the masks as they are now</caption>
<thead><tr><th scope="col">Reader</th>${['Accepted', 'Corrected', 'Rejected', 'All'].map(numberHead).join('')}</tr></thead>
<tbody>${counts.join('\n')}</tbody></table></div>
${
  used.length === 0
    ? ''
    : `<div class="table"><table><caption>Agreement on the cases of which both have a mask</caption>
<thead><tr><th scope="col">Between</th>${['Cases', 'Median Dice (quartiles)', 'Lowest Dice', 'Volume difference, mL (limits of agreement)', 'Same verdict'].map(numberHead).join('')}</tr></thead>
<tbody>${used.map(pairHtml).join('\n')}</tbody></table></div>
<div class="plots">${plots.join('\n')}</div>`
}`;
}

function pairHtml({ names, cases, verdicts }: RaterPair): string {
  const dices = cases.map(({ dice }) => dice);
  const at = (share: number) => quantile(dices, share)?.toFixed(3) ?? '–';
  const limits = limitsOfAgreement(cases);
  const range =
    limits?.lowerMl == null || limits.upperMl === null
      ? ''
      : ` (${ml(limits.lowerMl)} to ${ml(limits.upperMl)})`;
  const cells = [
    String(cases.length),
    cases.length === 0 ? '–' : `${at(0.5)} (${at(0.25)}–${at(0.75)})`,
    at(0),
    limits === null ? '–' : `${ml(limits.meanMl)}${range}`,
    verdicts === null ? '–' : `${verdicts.same} of ${verdicts.all}`,
  ];
  return `<tr><td>${escapeHtml(names.join(' and '))}</td>${cells.map((text) => `<td class="number">${text}</td>`).join('')}</tr>`;
}

function ml(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

function number(value: number): string {
  return `<td class="number">${value}</td>`;
}

function numberHead(title: string): string {
  return `<th scope="col" class="number">${title}</th>`;
}
