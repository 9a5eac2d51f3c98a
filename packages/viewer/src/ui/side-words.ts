/** The patient's side, as a line begins with it. */
export const sideWords = { left: 'Left', right: 'Right', both: 'Both sides' } as const;
