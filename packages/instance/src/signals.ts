type Log = {
  info(text: string): void;
  error(context: { readonly err: unknown }, text: string): void;
};

/** Closes in order when the process is asked to end. @returns a function that takes the handlers away again. */
export function closeAtSignal(log: Log, close: () => Promise<void>): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let asked = false;
  const onSignal = () => {
    // Who asks twice does not want to wait; the data folder survives that.
    if (asked) process.exit(130);
    asked = true;
    log.info('stopping');
    close().catch((err) => {
      log.error({ err }, 'the stop failed');
      process.exit(1);
    });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
