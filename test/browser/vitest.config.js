import config from '../../vitest.config.js';

// These tests need Chromium, which npm does not bring, so they are no part of the suite.
export default {
  ...config,
  test: { ...config.test, include: ['test/browser/*.browser.ts'] },
};
