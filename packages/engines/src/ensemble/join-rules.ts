/** How the masks of several engines become one; the first is the default. */
export const joinRules = [
  {
    id: 'majority',
    title: 'Majority',
    description:
      'What more than half of the engines mark. A tie is no majority: of two engines both must mark it.',
  },
  {
    id: 'union',
    title: 'Union',
    description: 'What any of the engines marks: fewest missed lesions, most false positives.',
  },
  {
    id: 'staple',
    title: 'STAPLE',
    description:
      'What is probable when each engine’s sensitivity and specificity are estimated from how they agree (Warfield 2004). Meant for three or more: two engines cannot outvote each other.',
  },
] as const;
export type JoinRule = (typeof joinRules)[number]['id'];

export function isJoinRule(text: string): text is JoinRule {
  return joinRules.some(({ id }) => id === text);
}
