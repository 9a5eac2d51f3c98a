import type { FastifyReply } from 'fastify';

/** A page of a few sentences, which needs no script. */
export type PlainPage = {
  readonly title: string;
  readonly text: string;
  /** Of the catalogue; null where nothing is wrong. */
  readonly code: string | null;
  readonly links: readonly { readonly words: string; readonly href: string }[];
};

/** Past the schema of the route, which is for JSON. */
export function sendPlainPage(reply: FastifyReply, page: PlainPage): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .serializer(String)
    .send(htmlOf(page));
}

function htmlOf({ title, text, code, links }: PlainPage): string {
  const ways = links.map(({ words, href }) => `<a href="${escaped(href)}">${escaped(words)}</a>`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Atoll: ${escaped(title)}</title>
    <style>
      :root { color-scheme: dark; color: #e4e6ea; background: #0c0d0f }
      body { margin: 15vh auto; max-width: 34rem; padding: 0 1.25rem; font: 1rem/1.5 system-ui, sans-serif }
      h1 { font-size: 1.35rem; font-weight: 600 }
      a { color: #aab8ff; margin-right: 1.5rem }
      small { color: #9ba1ac }
    </style>
  </head>
  <body>
    <h1>${escaped(title)}</h1>
    <p>${escaped(text)}</p>
    <p>${ways.join('\n      ')}</p>
    ${code === null ? '' : `<p><small>${escaped(code)}</small></p>`}
  </body>
</html>
`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
