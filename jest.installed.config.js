/** Tests that try thousands of generated inputs, and those that need more than Node: of diff in real repositories, of sealing with programs, and of the package as users have it, packed, installed, initialized, rendered by the CLI of cdk8s, upgraded. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: base.testPathIgnorePatterns
    .filter((path) => path.endsWith('.test.js'))
    .map((path) => `**${path}`),
  testTimeout: 120_000,
};
