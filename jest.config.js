/** The tests run as compiled by tsc (type-checked, no transform); snapshots stay beside their sources. */
module.exports = {
  roots: ['<rootDir>/build/test/test'],
  // Those against real engines have a command of their own, and so have those that need more than Node (git, npm, a shell, the CLI of
  // cdk8s) and those that try thousands of generated inputs, or large ones.
  testPathIgnorePatterns: [
    '/node_modules/',
    '/build/test/test/e2e/',
    '/build/test/test/browser/',
    '/build/test/test/package.test.js',
    '/build/test/test/app/cdk8s-synth.test.js',
    '/build/test/test/app/random-fleets.test.js',
    '/build/test/test/checks/any-shape.test.js',
    '/build/test/test/checks/disguised-tokens.test.js',
    '/build/test/test/cli/diff.test.js',
    '/build/test/test/cli/diff-appliers.test.js',
    '/build/test/test/cli/diff-attributes.test.js',
    '/build/test/test/cli/diff-leaks.test.js',
    '/build/test/test/cli/diff-outside.test.js',
    '/build/test/test/cli/diff-traps.test.js',
    '/build/test/test/cli/init.test.js',
    '/build/test/test/cli/large-input.test.js',
    '/build/test/test/cli/subfolder.test.js',
    '/build/test/test/cli/tokens.test.js',
    '/build/test/test/cli/upgrade.test.js',
    '/build/test/test/docs/start.test.js',
    '/build/test/test/docs/tasks.test.js',
    '/build/test/test/pipelines/gitlab-ci-local.test.js',
    '/build/test/test/tools/scripts/stale-examples.test.js',
  ],
  // A test that starts programs takes longer than five seconds on a busy machine.
  testTimeout: 60_000,
  runner: '<rootDir>/test/in-plain-node.mjs',
  setupFiles: ['<rootDir>/build/test/test/property-seed.js'],
  // One less than there are cores is the default: half of a machine with two.
  maxWorkers: '100%',
  transform: {},
  snapshotResolver: '<rootDir>/test/snapshot-resolver.js',
};
