import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackage } from './debian-package.ts';

/** The native dcm2niix on this machine, which the tests hold conversions against, or null. */
export function findDcm2niix(): string | null {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'dcm2niix')).find((path) => existsSync(path)) ?? null;
}

/**
 * The native dcm2niix, installed first where that is allowed.
 * @throws Error that says what to install by hand.
 */
export function ensureDcm2niix(): string {
  const found = findDcm2niix();
  if (found !== null) return found;
  console.error('dcm2niix is missing: installing it for the tests of DICOM.');
  installDebianPackage('dcm2niix');
  const installed = findDcm2niix();
  if (installed !== null) return installed;
  throw new Error(
    'The tests of DICOM need dcm2niix, and it could not be installed. ' +
      'Install it by hand (Debian: apt-get install dcm2niix) and run the tests again.',
  );
}
