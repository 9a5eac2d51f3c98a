/** Why a file was not taken: failure reasons of PS3.18 I.2.2 and PS3.4 B.2.3. */
export const failureReasons = {
  /** Something went wrong here. */
  processingFailed: 0x0110,
  classNotSupported: 0x0122,
  notAuthorised: 0x0124,
  outOfResources: 0xa700,
  /** It is of another study than the address says. */
  wrongStudy: 0xa900,
  notUnderstood: 0xc000,
  syntaxNotSupported: 0xc122,
} as const;
export type FailureReason = (typeof failureReasons)[keyof typeof failureReasons];

/** One file of a request to store. */
export type StoredOutcome = {
  /** null where the file does not say. */
  readonly instance: { readonly sopClassUid: string; readonly sopInstanceUid: string } | null;
  /** null: it is kept. */
  readonly failure: FailureReason | null;
};

/** The answer to a request to store (PS3.18 10.5.3): its status, and its body in DICOM’s JSON model. */
export function storeAnswer(outcomes: readonly StoredOutcome[]): {
  readonly status: 200 | 202 | 409;
  readonly body: Readonly<Record<string, unknown>>;
} {
  const kept = outcomes.filter(({ failure }) => failure === null);
  const failed = outcomes.filter(({ failure }) => failure !== null);
  const sequence = (items: readonly object[]) => ({ vr: 'SQ', Value: items });
  const nameless = failed.filter(({ instance }) => instance === null);
  const named = failed.filter(({ instance }) => instance !== null);
  return {
    status: failed.length === 0 ? 200 : kept.length === 0 ? 409 : 202,
    body: {
      ...(kept.length === 0 ? {} : { '00081199': sequence(kept.map(itemOf)) }),
      ...(named.length === 0 ? {} : { '00081198': sequence(named.map(itemOf)) }),
      // Of what is no DICOM file there is nothing to refer to.
      ...(nameless.length === 0 ? {} : { '0008119A': sequence(nameless.map(itemOf)) }),
    },
  };
}

function itemOf({ instance, failure }: StoredOutcome): object {
  return {
    ...(instance === null
      ? {}
      : {
          '00081150': { vr: 'UI', Value: [instance.sopClassUid] },
          '00081155': { vr: 'UI', Value: [instance.sopInstanceUid] },
        }),
    ...(failure === null ? {} : { '00081197': { vr: 'US', Value: [failure] } }),
  };
}
