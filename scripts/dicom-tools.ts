import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { installDebianPackage } from './debian-package.ts';

/** Debian's own Python: the one on the PATH need not see Debian's packages. */
export const debianPython = '/usr/bin/python3';
export const dciodvfyProgram = '/usr/bin/dciodvfy';
export const orthancProgram = '/usr/sbin/Orthanc';
export const orthancPlugin = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

const tools: Readonly<Record<string, () => boolean>> = {
  'python3-pydicom': () => existsSync('/usr/lib/python3/dist-packages/pydicom'),
  'python3-numpy': () => existsSync('/usr/lib/python3/dist-packages/numpy'),
  'python3-nibabel': () => existsSync('/usr/lib/python3/dist-packages/nibabel'),
  dicom3tools: () => existsSync(dciodvfyProgram),
  orthanc: () => existsSync(orthancProgram),
  'orthanc-dicomweb': () => existsSync(orthancPlugin),
};

/**
 * What the tests hold DICOM and NIfTI files against: pydicom, dciodvfy, Orthanc with its DICOMweb plugin, and nibabel. What is
 * missing is installed where that is allowed.
 * @throws Error that says what to install by hand.
 */
export function ensureDicomTools(): void {
  const missing = () => Object.keys(tools).filter((name) => !tools[name]());
  const before = missing();
  if (before.length === 0) return;
  console.error(`Installing for the tests of DICOM: ${before.join(', ')}.`);
  keepOrthancFromStarting();
  installDebianPackage(...before);
  const after = missing();
  if (after.length === 0) return;
  throw new Error(
    'The tests of DICOM need programs that could not be installed. Install them by hand ' +
      `(Debian: apt-get install ${after.join(' ')}) and run the tests again.`,
  );
}

/** The tests run an Orthanc of their own; the package need not start another. */
function keepOrthancFromStarting(): void {
  const units = '/etc/systemd/system';
  const unit = `${units}/orthanc.service`;
  if (process.getuid?.() !== 0 || existsSync(orthancProgram) || existsSync(unit)) return;
  mkdirSync(units, { recursive: true });
  symlinkSync('/dev/null', unit);
}
