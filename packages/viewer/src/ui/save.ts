/** Hands bytes to the browser as a file. */
export function save(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the file after this task, and tells nobody when it is done.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
