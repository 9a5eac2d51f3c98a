const codes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Did this happen because a disk, or a quota on it, is full? Looks through what it was caused by. */
export function isDiskFull(thrown: unknown): boolean {
  for (let each = thrown, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth++) {
    if ('code' in each && codes.includes(each.code)) return true;
  }
  return false;
}
