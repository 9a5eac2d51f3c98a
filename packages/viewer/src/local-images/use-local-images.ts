import { asCautions } from '@atoll/engines/caution';
import { AtollError, asAtollError } from '@atoll/errors/error';
import type { Candidate, Gathered } from '@atoll/intake/candidate';
import type { Choice } from '@atoll/intake/choice';
import type { InputFile } from '@atoll/intake/input-file';
import { type Proposal, type Resolved, type Subject, seriousOf } from '@atoll/intake/proposal';
import { whyNoCase } from '@atoll/intake/refusal';
import { resolve } from '@atoll/intake/resolve';
import type { Said } from '@atoll/intake/said';
import type { CaseFiles } from '@atoll/volume/case-files';
import { useEffect, useRef, useState } from 'react';
import { loadBench } from './bench.ts';
import { type Roles, type RowRole, rolesOf, saidBy, withRole } from './roles.ts';

/** What was found in the files, and which role the reader gives each image. */
export type Review = {
  /** The images of the subject that was chosen, as they are to be used. */
  readonly gathered: Gathered;
  /** The images of all subjects. */
  readonly all: Gathered;
  /** Where there are several. */
  readonly subjects: readonly Subject[];
  /** null while none of several has been chosen. */
  readonly subject: string | null;
  readonly proposal: Proposal;
  readonly roles: Roles;
  /** s/mm², by the reader. */
  readonly saidBValue: number | null;
};

type LocalStep =
  | { readonly step: 'closed' }
  | { readonly step: 'choosing' }
  | { readonly step: 'reading'; readonly fraction: number | null; readonly message: string }
  | { readonly step: 'refused'; readonly error: AtollError }
  /** `error`: why no case could be made of it, at the last try. */
  | { readonly step: 'review'; readonly review: Review; readonly error: AtollError | null }
  | { readonly step: 'assembling'; readonly review: Review }
  | ({ readonly step: 'made'; readonly review: Review } & MadeCase);

/** The images of a case, made of the files that were opened. */
export type MadeCase = {
  readonly files: CaseFiles;
  /** What was made of what, a sentence each. */
  readonly derivation: readonly string[];
  /** What a DICOM segmentation of the case refers to; null where its DWI was no DICOM. */
  readonly dicom: { readonly candidates: readonly Candidate[]; readonly choice: Choice } | null;
};

export type LocalImages = {
  readonly state: LocalStep;
  /** Shows the ways to open images. */
  open(): void;
  read(files: (signal: AbortSignal) => Promise<readonly InputFile[]>): void;
  /** Ends the reading. */
  cancel(): void;
  /** Of several subjects or sessions, the one whose images are to be used. */
  chooseSubject(label: string): void;
  setRole(candidateId: string, role: RowRole): void;
  setBValue(bValue: number | null): void;
  /** Makes the images of a case; null when they could not be made, and `state` says why. */
  make(): Promise<MadeCase | null>;
  /** Back from a made case to the table. */
  reviewAgain(): void;
  /** Drops everything. */
  close(): void;
};

/** Keeps what a reader opened, from the first file to the images of a case. All of it stays in this page. */
export function useLocalImages(): LocalImages {
  const [state, setState] = useState<LocalStep>({ step: 'closed' });
  const ending = useRef<AbortController | null>(null);
  useEffect(() => () => ending.current?.abort(), []);

  /** A new piece of work ends the one before; what an ended one still says is not heard. */
  const begin = () => {
    ending.current?.abort();
    const ends = new AbortController();
    ending.current = ends;
    return { signal: ends.signal, set: (next: LocalStep) => !ends.signal.aborted && setState(next) };
  };

  const change = (edit: (review: Review) => Review) =>
    setState((before) =>
      before.step === 'review' ? { step: 'review', review: edit(before.review), error: null } : before,
    );

  return {
    state,
    open: () => {
      begin().set({ step: 'choosing' });
      loadBench().catch(() => undefined);
    },
    read: async (listFiles) => {
      const { signal, set } = begin();
      set({ step: 'reading', fraction: null, message: 'Reading the files' });
      try {
        const bench = await loadBench();
        const files = await listFiles(signal);
        const gathered = await bench.gather(files, {
          convert: bench.convertDicom,
          signal,
          onProgress: atMostEvery(100, ({ fraction, message }) =>
            set({ step: 'reading', fraction, message }),
          ),
        });
        const review = await reviewOf(gathered, null, []);
        set({ step: 'review', review, error: null });
      } catch (thrown) {
        set({ step: 'refused', error: readingError(thrown) });
      }
    },
    chooseSubject: async (label) => {
      if (state.step !== 'review') return;
      const { review } = state;
      const { signal, set } = begin();
      try {
        const next = await reviewOf(review.all, label, review.subjects);
        if (!signal.aborted) set({ step: 'review', review: next, error: null });
      } catch (thrown) {
        set({ step: 'review', review, error: readingError(thrown) });
      }
    },
    cancel: () => begin().set({ step: 'choosing' }),
    setRole: (id, role) => change((review) => ({ ...review, roles: withRole(review.roles, id, role) })),
    setBValue: (saidBValue) => change((review) => ({ ...review, saidBValue })),
    make: async () => {
      if (state.step !== 'review') return null;
      const { review } = state;
      if (stateOf(review).missing.length > 0) return null;
      const { signal, set } = begin();
      set({ step: 'assembling', review });
      try {
        const { assemble, examine } = await loadBench();
        // What the reader has changed is looked at as closely as what was proposed.
        const said = saidOf(review);
        const { candidates, proposal } = hasSaid(said)
          ? await examine(ownOf(review.all, review.subjects, review.subject), said)
          : { candidates: review.gathered.candidates, proposal: review.proposal };
        const { choice } = proposal;
        const reason = whyNoCase(review.gathered, proposal);
        if (choice === null || reason !== undefined) throw new AtollError('INTAKE_NO_CASE', reason);
        const { derivation: made, ...files } = await assemble(candidates, choice, { signal });
        const derivation = [...made, ...asCautions(seriousOf(proposal))];
        const source = candidates.find(({ id }) => id === choice.dwi.candidateId);
        const dicom = source?.dicom ? { candidates, choice } : null;
        const result = { files, derivation, dicom };
        set({ step: 'made', review, ...result });
        return signal.aborted ? null : result;
      } catch (thrown) {
        set({ step: 'review', review, error: readingError(thrown) });
        return null;
      }
    },
    reviewAgain: () =>
      setState((before) =>
        'review' in before ? { step: 'review', review: before.review, error: null } : before,
      ),
    close: () => begin().set({ step: 'closed' }),
  };
}

/** What the images of one subject come to; of all, while none was chosen. */
async function reviewOf(all: Gathered, subject: string | null, known: readonly Subject[]): Promise<Review> {
  const { examine } = await loadBench();
  const own = ownOf(all, known, subject);
  const { candidates, proposal } = await examine(own);
  const subjects = known.length > 0 ? known : proposal.subjects;
  return {
    gathered: { ...all, candidates },
    all,
    subjects,
    subject,
    proposal,
    roles: rolesOf(candidates, proposal.parts),
    saidBValue: null,
  };
}

/** Ten thousand files are told of ten thousand times; the page need not be drawn as often. */
function atMostEvery<T>(ms: number, tell: (news: T) => void): (news: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (news) => {
    if (performance.now() - last < ms) return;
    last = performance.now();
    tell(news);
  };
}

/** The images of one subject; of all, while none was chosen. */
function ownOf(all: Gathered, subjects: readonly Subject[], subject: string | null): readonly Candidate[] {
  const ids = subjects.find(({ label }) => label === subject)?.candidateIds;
  return ids === undefined ? all.candidates : all.candidates.filter(({ id }) => ids.includes(id));
}

function saidOf({ gathered, proposal, roles, saidBValue }: Review): Said {
  return saidBy(roles, rolesOf(gathered.candidates, proposal.parts), saidBValue);
}

function hasSaid({ parts, bValue }: Said): boolean {
  return bValue !== undefined || (parts !== undefined && parts.size > 0);
}

/** What the rows come to. */
export function stateOf(review: Review): Resolved {
  const { gathered, proposal, subjects, subject } = review;
  if (subjects.length > 1 && subject === null) {
    return { choice: null, missing: ['Select a subject.'], asksBValue: false };
  }
  return resolve(gathered.candidates, proposal, saidOf(review));
}

function readingError(thrown: unknown): AtollError {
  const error = asAtollError(thrown);
  if (error.code !== 'INTERNAL') return error;
  return new AtollError('FILE_UNREADABLE', 'The files could not be read in the browser.', { cause: thrown });
}
