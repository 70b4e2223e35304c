import config from '../../vitest.config.js';

// Tests with real processes that are killed take minutes, so they are no part of the suite.
export default {
  ...config,
  test: { ...config.test, include: ['test/processes/killed-*.ts'], testTimeout: 3_600_000 },
};
