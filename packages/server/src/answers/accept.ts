/**
 * Does this Accept header prefer a page over JSON? Browsers name text/html; scripts mostly send `*` + `/*`
 * and get JSON.
 */
export function prefersHtml(accept: string | undefined): boolean {
  const weights = readWeights(accept ?? '*/*');
  const html = weights.get('text/html') ?? 0;
  const json = weights.get('application/json') ?? weights.get('application/*') ?? weights.get('*/*') ?? 0;
  return html > json;
}

/** Weight (0–1) of each media range (RFC 9110, section 12.5.1). */
function readWeights(accept: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const entry of accept.split(',')) {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const q = weight === undefined ? 1 : Number(weight.slice(2));
    weights.set(range, Number.isFinite(q) ? q : 0);
  }
  return weights;
}
