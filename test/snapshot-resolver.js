/** Compiled tests live in build/test, their snapshots under test/, so that reviewers see them. */
const path = require('node:path');
const compiled = path.join('build', 'test', 'test') + path.sep;
const sources = `test${path.sep}`;

module.exports = {
  resolveSnapshotPath: (testPath, extension) => {
    const source = testPath.replace(compiled, sources).replace(/\.js$/, '.ts');
    return path.join(path.dirname(source), '__snapshots__', path.basename(source) + extension);
  },
  resolveTestPath: (snapshotPath, extension) => {
    const source = snapshotPath.replace(`__snapshots__${path.sep}`, '').slice(0, -extension.length);
    return source.replace(sources, compiled).replace(/\.ts$/, '.js');
  },
  testPathForConsistencyCheck: path.join('build', 'test', 'test', 'charts', 'example.test.js'),
};
