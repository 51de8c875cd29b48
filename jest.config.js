/** The tests run as compiled by tsc (type-checked, no transform); snapshots stay beside their sources. */
module.exports = {
  roots: ['<rootDir>/build/test/test'],
  // Those against real engines have a command of their own.
  testPathIgnorePatterns: ['/node_modules/', '/build/test/test/e2e/'],
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/build/test/test/property-seed.js'],
  // One less than there are cores is the default: half of a machine with two.
  maxWorkers: '100%',
  transform: {},
  snapshotResolver: '<rootDir>/test/snapshot-resolver.js',
};
