/** The tests against real engines: one set of them for all files, so that the files run one after the other. */
module.exports = {
  roots: ['<rootDir>/build/test/test/cluster'],
  testEnvironment: 'node',
  transform: {},
  maxWorkers: 1,
  testTimeout: 300_000,
  globalSetup: '<rootDir>/build/test/test/cluster/start.js',
  globalTeardown: '<rootDir>/build/test/test/cluster/stop.js',
};
