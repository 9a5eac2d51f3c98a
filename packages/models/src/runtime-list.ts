/** The release of onnxruntime-web that models are run with. */
export const runtimeVersion = '1.30.0';

type PinnedFile = { readonly name: string; readonly sha256: string };

const plainBinary: PinnedFile = {
  name: 'ort-wasm-simd-threaded.wasm',
  sha256: '3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2',
};

/** What a page needs to run models in WebAssembly alone, or on a GPU as well: the module, and what it runs. */
export const pageRuntimes = {
  wasm: {
    module: {
      name: 'ort.wasm.bundle.min.mjs',
      sha256: '11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90',
    },
    binary: plainBinary,
  },
  webgpu: {
    module: {
      name: 'ort.webgpu.bundle.min.mjs',
      sha256: '0730816731ce2cdfb06f273da065d4a1c7091eb9d1756a83b2916c8a89d015e2',
    },
    binary: {
      name: 'ort-wasm-simd-threaded.asyncify.wasm',
      sha256: '39f9f0894d478800487ed9f7dbe92618498db320cf55c8e3d89adff8dce658da',
    },
  },
} as const satisfies Record<string, { readonly module: PinnedFile; readonly binary: PinnedFile }>;

/** The module that Node imports. */
export const nodeModule = 'ort.node.min.mjs';

/** Of the 133 MB of the package, the 41 MB that Node and pages need. The binary of Node is the page's. */
export const runtimeFiles: readonly PinnedFile[] = [
  { name: nodeModule, sha256: 'f41b1e1ccf89e7b630c2a822192d6cf48d642b1abe3c321f1ad6b4130a78327e' },
  {
    name: 'ort-wasm-simd-threaded.mjs',
    sha256: 'e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b',
  },
  pageRuntimes.wasm.module,
  pageRuntimes.wasm.binary,
  pageRuntimes.webgpu.module,
  pageRuntimes.webgpu.binary,
];

/** Those of them that a page asks its host for. */
export const pageRuntimeNames: readonly string[] = Object.values(pageRuntimes).flatMap(
  ({ module, binary }) => [module.name, binary.name],
);
