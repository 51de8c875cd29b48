import { createRunner } from 'jest-light-runner';

/**
 * Runs suites in plain Node. Jest's own runner puts each into a context of the vm module, where the same code takes
 * twice as long. What that gives up: suites in one process share the modules that they load and the globals that they
 * change, modules can't be mocked, and a test has no time limit of its own.
 */
export default createRunner({ runtime: 'child_process' });
