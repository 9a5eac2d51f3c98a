/** Which received studies are run, and how. A rule without a pattern takes any. */
export type StudyRule = {
  /** Of the study’s description. */
  readonly study: string | null;
  /** Of the description of one of its series. */
  readonly series: string | null;
  /** Modality of the same series, such as MR. */
  readonly modality: string | null;
  /** null: the default ones. */
  readonly engine: string | null;
  readonly preset: string | null;
};

/** What a rule looks at. Patients’ data, perhaps: for no log. */
export type StudyLook = {
  readonly description: string;
  readonly series: readonly { readonly modality: string; readonly description: string }[];
};

const keys = ['study', 'series', 'modality', 'engine', 'preset'] as const;
type Key = (typeof keys)[number];
const isKey = (text: string): text is Key => keys.some((key) => key === text);

/**
 * Rules between semicolons, conditions between commas: `series=*dwi*,engine=deepisles; modality=MR`.
 * @returns a sentence for what cannot be read.
 */
export function parseStudyRules(text: string): readonly StudyRule[] | string {
  if (text.trim() === 'none') return [];
  const rules: StudyRule[] = [];
  for (const part of text.split(';').filter((each) => each.trim() !== '')) {
    const rule: Record<Key, string | null> = {
      study: null,
      series: null,
      modality: null,
      engine: null,
      preset: null,
    };
    for (const condition of part.split(',')) {
      const at = condition.indexOf('=');
      const key = condition.slice(0, Math.max(0, at)).trim();
      const value = condition.slice(at + 1).trim();
      if (!isKey(key) || value === '' || value.length > 200) {
        return `"${condition.trim().slice(0, 60)}" does not have the form modality=MR, study=*stroke*, series=*dwi*, engine=diffusion or preset=balanced`;
      }
      if (rule[key] !== null) return `${key} occurs twice in a rule`;
      const isId = key === 'engine' || key === 'preset';
      if (isId && !/^[a-z0-9+-]{1,200}$/.test(value)) return `"${value.slice(0, 60)}" is not the id of one`;
      rule[key] = value;
    }
    rules.push(rule);
  }
  return rules;
}

/** The first rule that takes the study; null where none does. */
export function ruleFor(rules: readonly StudyRule[], look: StudyLook): StudyRule | null {
  const takes = ({ study, series, modality }: StudyRule) =>
    matches(study, look.description) &&
    look.series.some((each) => matches(modality, each.modality) && matches(series, each.description));
  return rules.find(takes) ?? null;
}

/**
 * `*` stands for any letters and `?` for one; upper and lower case are the same. Takes at most pattern × text steps,
 * whatever somebody writes: no regular expression is made of it.
 */
function matches(pattern: string | null, text: string): boolean {
  if (pattern === null) return true;
  const wanted = pattern.toLowerCase();
  const given = text.trim().slice(0, 200).toLowerCase();
  let [at, from] = [0, 0];
  let star: { readonly after: number; from: number } | null = null;
  while (from < given.length) {
    if (at < wanted.length && wanted[at] === '*') star = { after: ++at, from };
    else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[from])) {
      at++;
      from++;
    } else if (star !== null) {
      // The last star takes one letter more.
      at = star.after;
      from = ++star.from;
    } else return false;
  }
  while (wanted[at] === '*') at++;
  return at === wanted.length;
}
