/** The tests run as compiled by tsc (type-checked, no transform); snapshots stay beside their sources. */
module.exports = {
  roots: ['<rootDir>/build/test/test'],
  testEnvironment: 'node',
  transform: {},
  snapshotResolver: '<rootDir>/test/snapshot-resolver.js',
};
