/** What the composed worker finds ONNX Runtime by. */
export const runtimeName = 'onnxruntime';

/**
 * One module of ONNX Runtime's and our own worker, so that starting it asks for nothing from anywhere: a policy that
 * forbids code of other addresses lets no worker import from one that the page made itself. Threads of the runtime run
 * the same text, by a name of their own, and must not run ours.
 * @param runtime a module whose last statement is its one export. @param own a module that imports nothing.
 */
export function composeWorker(runtime: string, own: string): string {
  const at = runtime.lastIndexOf('export{');
  const end = runtime.indexOf('}', at);
  if (at < 0 || end < 0) throw new Error('The runtime is no module with exports.');
  const names = runtime
    .slice(at + 'export{'.length, end)
    .split(',')
    .map((each) => {
      const [local, exported = local] = each.trim().split(' as ');
      return `${exported}:${local}`;
    });
  const code = [
    runtime.slice(0, at),
    `globalThis.${runtimeName}={${names.join(',')}};`,
    `if(!globalThis.name?.startsWith("em-pthread"))(()=>{${own}\n})();`,
  ];
  return code.join('\n');
}
