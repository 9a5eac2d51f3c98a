/** The file that says what a model is, beside its networks. */
export const descriptionName = 'atoll-model.json';
