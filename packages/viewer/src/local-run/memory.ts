/** What the embedded engine takes at most, by measurement. */
const bytesPerVoxel = 200;
/** A page gets no more than a part of a machine's memory, and the browser has other pages. */
const share = 1 / 4;

/**
 * The largest image that a page may work on without putting the browser at risk. Chromium tells a machine's
 * memory, capped at 8 GB; where none is told, 4 GB are assumed.
 * @param memoryGb `navigator.deviceMemory`
 */
export function maxVoxelsHere(memoryGb: number | undefined): number {
  return Math.min(1 << 24, Math.floor(((memoryGb ?? 4) * 2 ** 30 * share) / bytesPerVoxel));
}

/**
 * What a run of a model may take beside its network, which has memory of its own: images and logits are counted
 * beforehand and freed one by one, so that half of what the browser tells is safe.
 */
export function freeBytesHere(memoryGb: number | undefined): number {
  return ((memoryGb ?? 4) * 2 ** 30) / 2;
}

/** `navigator.deviceMemory`, which only some browsers have and TypeScript does not know. */
export function memoryGbOf(navigator: object): number | undefined {
  const told = 'deviceMemory' in navigator ? navigator.deviceMemory : undefined;
  return typeof told === 'number' && told > 0 ? told : undefined;
}
