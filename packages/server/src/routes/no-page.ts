import type { FastifyReply } from 'fastify';

/** What a browser sees at / where the page was never built: what to do, and that all else works. */
const noPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Atoll: the page is not built</title>
    <style>
      body { margin: 15vh auto; max-width: 34rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
      body { color: #e8e8e6; background: #0c0d0f }
      a { color: #8ab4f8 }
      code { background: #24262b; padding: 0.1em 0.4em; border-radius: 4px }
    </style>
  </head>
  <body>
    <h1>The page is not built</h1>
    <p>Atoll runs, but its page has not been built on this machine yet. Stop it, and in its folder run</p>
    <p><code>npm ci &amp;&amp; npm run build</code></p>
    <p>then start it again. The command line and the <a href="docs/">HTTP API</a> work without the page.</p>
  </body>
</html>
`;

/** Past the schema of the route, which is for JSON. */
export function sendNoPage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').serializer(String).send(noPage);
}
