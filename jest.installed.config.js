/** The tests of the package as users have it: packed, installed, initialized, rendered by the CLI of cdk8s, upgraded. They take as long as all others. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: base.testPathIgnorePatterns
    .filter((path) => path.endsWith('.test.js'))
    .map((path) => `**${path}`),
  testTimeout: 120_000,
};
