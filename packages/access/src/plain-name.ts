/** An account is in so many groups at most; further ones are left out. */
export const mostGroups = 500;

/** One line of text of at most so many characters. */
export function isPlain(text: string, longest: number): boolean {
  return text.length <= longest && !/\p{Cc}/u.test(text);
}
