/** Beside the style of reports. */
export const groupStyle = `
main { max-width: 90rem; }
.cases { overflow-wrap: break-word; }
.cases th { white-space: nowrap; }
.cases td:nth-child(5) { min-width: 14rem; }
.cases td img { width: 96px; max-width: none; }
.cases th button { all: unset; cursor: pointer; }
.cases th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.cases th[aria-sort="ascending"] button::after { content: " \\2191"; }
.cases th[aria-sort="descending"] button::after { content: " \\2193"; }
.cases td:nth-child(2) { white-space: nowrap; }
strong.serious { color: var(--serious); }
svg { max-width: 100%; height: auto; }
svg rect { fill: var(--accent); }
svg line { stroke: var(--line); }
svg circle { fill: var(--accent); fill-opacity: .75; }
svg line.limit { stroke: var(--quiet); stroke-dasharray: 5 4; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
.plots figure { max-width: 35rem; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
`;

/** Sorts the table by a column: by numbers where cells have them, largest first, else by text. */
export const groupScript = `
for (const button of document.querySelectorAll('.cases th button')) {
  button.addEventListener('click', () => {
    const column = Number(button.dataset.column);
    const head = button.parentElement;
    const body = document.querySelector('.cases tbody');
    const isNumber = body.rows[0]?.cells[column].dataset.value !== undefined;
    const before = head.getAttribute('aria-sort');
    const down = before === null ? isNumber : before === 'ascending';
    for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const key = (row) => isNumber ? Number(row.cells[column].dataset.value) : row.cells[column].textContent;
    const order = (a, b) => isNumber ? key(a) - key(b) : key(a).localeCompare(key(b), 'en', { numeric: true });
    body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
  });
}
`;
