import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Folder of real patient data beside the checkout, which is never part of it. */
export const realData =
  process.env.ATOLL_TEST_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');

/**
 * Whether tests on real data can run. A plain clone skips them and says so; under CI they must run, and then
 * fail for want of the files.
 */
export const hasRealData = existsSync(realData) || process.env.CI === 'true';
