import { existsSync } from 'node:fs';
import { installDebianPackage } from './debian-package.ts';

const programs = { text: '/usr/bin/pdftotext', pages: '/usr/bin/pdftoppm' } as const;

/**
 * Poppler's programs, which the tests read PDF files with; installed where that is allowed.
 * @throws Error that says what to install by hand.
 */
export function popplerPrograms(): typeof programs {
  const isThere = () => Object.values(programs).every((path) => existsSync(path));
  if (isThere()) return programs;
  console.error('Installing for the tests of PDF files: poppler-utils.');
  installDebianPackage('poppler-utils');
  if (isThere()) return programs;
  throw new Error(
    'The tests of PDF files need programs that could not be installed. Install them by hand ' +
      '(Debian: apt-get install poppler-utils) and run the tests again.',
  );
}
