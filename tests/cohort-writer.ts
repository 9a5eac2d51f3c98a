/** Writes the page of a derivative in a process of its own, and says what memory that took. Arguments: root, cases. */
import { CohortPage } from '@atoll/cli/derivative/cohort-page';
import { Derivative } from '@atoll/cli/derivative/derivative';
import { cohortCases } from './large-cohort.ts';

const [root, count] = process.argv.slice(2);
await new CohortPage(new Derivative(root, root)).writeAnew(cohortCases(Number(count)));
process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
