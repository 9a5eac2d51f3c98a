import { z } from 'zod';

/** Address of a service: its origin, or a path under it; no slash at the end. */
export const ServiceUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username === '' && url.search === '' && url.hash === '';
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) {
    return `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`;
  }
  context.addIssue({ code: 'custom', message: 'an http or https address is needed' });
  return z.NEVER;
});

/** How people sign in to a service. */
export const AuthMode = z
  .enum(['none', 'proxy', 'oidc'])
  .describe(
    'none: nobody has to sign in. proxy: a proxy in front does it. oidc: at /sign-in, with the OpenID provider.',
  );

/** `config.json` beside the page, read when the page starts: a static copy of it needs no build of its own. */
export const PageConfig = z.object({
  api: ServiceUrl.nullable()
    .default(null)
    .describe('URL of the service; null: the viewer’s own origin, unless its host names another.'),
  allowedApis: z
    .array(ServiceUrl)
    .default([])
    .describe('Other services that a link may select with ?api=…; none by default.'),
  atlas: z
    .boolean()
    .default(false)
    .describe('Whether the atlas is available next to the viewer, in the folder atlas.'),
  models: z
    .boolean()
    .optional()
    .describe(
      'Whether ONNX Runtime is available next to the viewer, in the folder model-runtime, so that models run in the viewer.',
    ),
  auth: AuthMode.optional(),
  archives: z
    .boolean()
    .optional()
    .describe('Whether the service may search image archives; who may is asked then.'),
  review: z
    .boolean()
    .optional()
    .describe('Whether the page goes through the results of a derivative, as atoll review serves it.'),
});
export type PageConfig = z.infer<typeof PageConfig>;

/** What Hugging Face puts into `window.huggingface` of a static Space: its variables. */
export const HostVariables = z.object({
  variables: z.object({ ATOLL_API_URL: ServiceUrl.optional() }),
});
