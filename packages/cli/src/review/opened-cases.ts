import type { BidsCase } from '@atoll/cases/bids/scan';
import type { BidsSource } from '@atoll/cases/bids/source';
import type { Report } from '@atoll/engines/report';
import { hashInputs } from '@atoll/engines/run';
import { AtollError } from '@atoll/errors/error';
import type { CaseFiles } from '@atoll/volume/case-files';

/** The one before, the one on show, and the next. */
const mostKept = 3;

/** Images of cases as the engine was given them, read when a case comes up; a few are kept. */
export class OpenedCases {
  readonly #source: BidsSource;
  readonly #kept = new Map<string, Promise<CaseFiles>>();

  constructor(source: BidsSource) {
    this.#source = source;
  }

  /**
   * @param report of the result that is shown over them.
   * @throws AtollError RESULT_INPUTS_DIFFER where the images are other ones by now; FILE_UNREADABLE, IMAGE_*
   */
  open(found: BidsCase, report: Report): Promise<CaseFiles> {
    const key = `${found.id} ${report.provenance.outputSha256}`;
    const known = this.#kept.get(key);
    // The last asked for goes last.
    this.#kept.delete(key);
    const opening = known ?? this.#openNow(found, report);
    this.#kept.set(key, opening);
    opening.catch(() => this.#kept.delete(key));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return opening;
  }

  async #openNow(found: BidsCase, { provenance }: Report): Promise<CaseFiles> {
    const files = await this.#source.open(found.id);
    const hashes = await hashInputs(files);
    for (const role of ['dwi', 'adc'] as const) {
      // A mask over other images than its own would be judged by them.
      if (hashes[role] !== provenance.inputSha256[role]) {
        throw new AtollError(
          'RESULT_INPUTS_DIFFER',
          `The ${role.toUpperCase()} of this case is not the one that its mask was made of: run atoll segment --bids again.`,
        );
      }
    }
    return files;
  }
}
