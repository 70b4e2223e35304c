// The floor of a cold start: nothing to load, nothing to do.
export const handler = () => Promise.resolve(null);
