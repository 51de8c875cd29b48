/**
 * Versions that age, in one place: what moves with a release of someone else is bumped here and nowhere else.
 */

/** GitLab Runner: the manager image and the helper image of one release. */
// renovate: datasource=gitlab-releases depName=gitlab-org/gitlab-runner
export const RUNNER_VERSION = '19.3.0';

/**
 * The oldest runner that can serve what is rendered: 18.10 expands the token, and 18.11 brought seccomp profiles, budgets
 * for job pods and pause pods. docs/runner-releases.md says what differs from there on.
 */
export const OLDEST_RUNNER_VERSION = '18.11.0';

/** The Amazon Machine Image of all nodes. Pinned: with `@latest` a release by AWS would replace every node. */
// renovate: datasource=github-releases depName=awslabs/amazon-eks-ami
export const AMI_ALIAS = 'al2023@v20260812';

/** The Docker daemon of `dockerInDocker`. */
// renovate: datasource=docker depName=public.ecr.aws/docker/library/docker
export const DOCKER_DAEMON_IMAGE = 'public.ecr.aws/docker/library/docker:29.8.1-dind';

/** Its client, of the same release: the image of such jobs that name none. */
// renovate: datasource=docker depName=public.ecr.aws/docker/library/docker
export const DOCKER_CLIENT_IMAGE = 'public.ecr.aws/docker/library/docker:29.8.1-cli';

/** Node.js, which the cleanup of orphaned job pods runs on. For both architectures, and not from Docker Hub either. */
// renovate: datasource=docker depName=public.ecr.aws/docker/library/node
export const CLEANUP_IMAGE = 'public.ecr.aws/docker/library/node:24.19.0-alpine';

/** The image of jobs that name none. Not from Docker Hub, whose pull limit a burst of jobs exhausts. */
// renovate: datasource=docker depName=public.ecr.aws/docker/library/alpine
export const JOB_IMAGE = 'public.ecr.aws/docker/library/alpine:3.22';
