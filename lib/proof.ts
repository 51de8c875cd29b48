/** The proof without cdk8s: `import { observe, runChecks } from 'gitlab-runner-fleet/proof'`. */
export { runChecks } from './checks/all';
export { observe } from './cluster/observe';
