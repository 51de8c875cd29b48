/** The tests of the page in Debian's Chromium, which CHROMIUM may name elsewhere. */
module.exports = {
  roots: ['<rootDir>/build/test/test/browser'],
  testEnvironment: 'node',
  transform: {},
  maxWorkers: 1,
  testTimeout: 180_000,
};
