/** In Accept it says that a client knows this contract, and not only that of the original service. */
export const contractType = 'application/vnd.atoll+json';

/** What such a client sends; pages elsewhere may send it without asking first. */
export const acceptContract = `${contractType}, application/json`;
