/** The tests against real engines: one set of them for all files, each of which has a prefix of its own. */
module.exports = {
  roots: ['<rootDir>/build/test/test/e2e'],
  testEnvironment: 'node',
  transform: {},
  maxWorkers: 4,
  testTimeout: 600_000,
  globalSetup: '<rootDir>/build/test/test/e2e/start.js',
  globalTeardown: '<rootDir>/build/test/test/e2e/stop.js',
};
