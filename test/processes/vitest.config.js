import config from '../../vitest.config.js';

// The soak of real processes takes minutes, so it is no part of the suite.
export default {
  ...config,
  test: { ...config.test, include: ['test/processes/killed-sandboxes.ts'], testTimeout: 3_600_000 },
};
