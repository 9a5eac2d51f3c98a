import type { Settings } from '@atoll/instance/settings';
import type { FastifyInstance } from 'fastify';

/**
 * Headers of every answer. COOP and COEP stand on every asset, not on the HTML alone: with it alone, workers
 * fail to load. CORP lets pages of other origins show the images; who may read answers, CORS decides.
 */
export function securityHeaders({ frameOrigins }: Pick<Settings, 'frameOrigins'>): Record<string, string> {
  const policy = [
    "default-src 'none'",
    // dcm2niix and ONNX compile WebAssembly; without this they hang without a word.
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    ['frame-ancestors', "'self'", ...frameOrigins].join(' '),
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    // Links to jobs are their keys: they must not leak to other sites.
    'Referrer-Policy': 'no-referrer',
  };
}

export function addSecurityHeaders(fastify: FastifyInstance, settings: Settings): void {
  const headers = securityHeaders(settings);
  fastify.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
