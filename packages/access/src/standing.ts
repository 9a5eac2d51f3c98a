/** What somebody may do at most, by the groups that they are in. */
export const roles = ['reader', 'reviewer', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * How somebody stands to the service, the least first. nobody: has not signed in; guest: holds a link to one result;
 * reader: sees, uploads and runs; reviewer: saves revisions as well; admin: sees and removes everything.
 */
const standings = ['nobody', 'guest', ...roles] as const;
export type Standing = (typeof standings)[number];

/** Is one standing at least the other? */
export function reaches(standing: Standing, least: Standing): boolean {
  return standings.indexOf(standing) >= standings.indexOf(least);
}

/** What a token may be used for; a person who signed in may do all that their role allows. */
export const scopes = ['read', 'run', 'review', 'admin', 'send', 'search'] as const;
export type Scope = (typeof scopes)[number];

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text);
}

export function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}

/** Which groups have which role; an empty list of readers lets everybody read who has signed in. */
export type GroupRoles = {
  readonly readers: readonly string[];
  readonly reviewers: readonly string[];
  readonly admins: readonly string[];
};

/** The highest role that the groups of somebody give; null where they give none. */
export function roleOf(groups: readonly string[], { readers, reviewers, admins }: GroupRoles): Role | null {
  const isIn = (some: readonly string[]) => groups.some((group) => some.includes(group));
  if (isIn(admins)) return 'admin';
  if (isIn(reviewers)) return 'reviewer';
  return readers.length === 0 || isIn(readers) ? 'reader' : null;
}
