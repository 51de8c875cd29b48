/**
 * Where `synth` was before 0.2.
 *
 * @deprecated since 0.2, removed in 0.4: import it from 'gitlab-runner-fleet'.
 */
export { synth } from 'gitlab-runner-fleet';
