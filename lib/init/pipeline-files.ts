import { below, type PlannedFile, type Project } from './project';

/** Release of Node that pipelines run. */
const NODE = '24';
/** Without a colon and a space, which YAML would take for a key. */
const STALE = 'dist/ is stale - run "npx cdk8s synth" and commit dist/';
/** The programs of node_modules; never whatever a registry has under their name. */
const CDK8S = 'npx --no-install cdk8s';
const RUNNER_FLEET = 'npx --no-install runner-fleet';
const INSTALL = 'npm ci --ignore-scripts --no-audit --no-fund';
/** The environment of GitLab that RUNNER_FLEET_TOKEN is scoped to. The job that runs main.ts is in none. */
export const REVIEW_ENVIRONMENT = 'runner-fleet-review';
/** The environment, of GitLab or GitHub, that GITLAB_TOKEN belongs to. Only the comparison with GitLab has a job in it. */
export const DRIFT_ENVIRONMENT = 'runner-fleet-drift';
/** Said where a schedule runs without a token. Without a colon and a space, as above. */
const NO_TOKEN =
  'GITLAB_TOKEN is not set, so that nothing was compared with GitLab - docs/gitlab.md of gitlab-runner-fleet says which token it takes';
/** Folder of the page of a merge request, which is an artifact; and of the one that GitLab Pages publishes. */
const REVIEW_PAGE = 'fleet-page';
const PUBLISHED_PAGE = 'public';
/** Files outside of a project that may say how its folder is applied, and what Flux takes of it. */
const APPLIERS = [
  '**/*.yaml',
  '**/*.yml',
  '**/*.json',
  '**/Kustomization',
  '**/.argocd-source*',
  '**/.sourceignore',
  '**/.krmignore',
  '**/.gitattributes',
  '**/.gitmodules',
];
/** Said where the target branch has no program yet that could compare. */
const FIRST =
  'The target branch has no fleet yet, so that there is nothing to compare with. Review dist/ itself.';

/**
 * The pipeline that tests the user's fleet: what is rendered is current, it is proved, and a note says what a change does.
 * It names the folder of the project, and only changes there start it.
 */
export function pipelineFiles(project: Project): readonly PlannedFile[] {
  if (project.ci === 'gitlab') return gitLabFiles(project);
  return project.ci === 'github' ? [gitHubFile(project), gitHubDriftFile(project)] : [];
}

/** A folder as part of a name; empty for the top. */
function suffix(folder: string, separator: string): string {
  return folder === '' ? '' : `${separator}${folder.replaceAll('/', '-')}`;
}

function gitLabFiles(project: Project): readonly PlannedFile[] {
  const jobs = below(project.folder, 'runner-fleet.gitlab-ci.yml');
  return [
    { path: jobs, text: gitLabJobs(project) },
    {
      path: '.gitlab-ci.yml',
      text: gitLabRoot(jobs),
      todo: (existing) =>
        existing.includes(jobs)
          ? undefined
          : `add "- local: /${jobs}" to its include, or this if it has none:\n\ninclude:\n  - local: /${jobs}\n`,
    },
  ];
}

/** Jobs are in a file of their own, so that a pipeline that is there already takes one line more. */
function gitLabRoot(jobs: string): string {
  return `# Turn on merged results pipelines, so that the merged state is what is rendered and compared.
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

include:
  - local: /${jobs}
`;
}

function gitLabJobs({ folder, stage }: Project): string {
  const base = `.runner-fleet${suffix(folder, ':')}`;
  const changes = folder === '' ? '' : `\n      changes: [${folder}/**/*]`;
  // What applies the folder may stand anywhere.
  const reviewed =
    folder === ''
      ? ''
      : `\n      changes: [${[`${folder}/**/*`, ...APPLIERS].map((one) => `'${one}'`).join(', ')}]`;
  const enter = folder === '' ? '' : `\n    - cd ${folder}`;
  const path = (file: string) => below(folder, file);
  // Without quotes, which YAML would take for its own; mktemp makes a path without spaces.
  const target = `$TARGET/${path('node_modules/.bin/runner-fleet')}`;
  return `# The runner fleet: what every merge request must pass, and what its reviewers read. Nothing here reaches a cluster.

${base}:
  image: node:${NODE}-bookworm
  stage: ${stage}
  needs: []
  interruptible: true
  variables:
    CDK8S_CHECK_UPGRADE: 'false'
  cache:
    key: { files: [${path('package-lock.json')}] }
    paths: [${path('.npm/')}]
  before_script:${enter}
    - ${INSTALL} --cache .npm --prefer-offline
  rules:
    # A schedule is for the job at the end.
    - if: $CI_PIPELINE_SOURCE == "schedule"
      when: never
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"${changes}
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH${changes}

# dist/ is what main.ts renders now, and the proof finds no error in it. Findings appear on the lines of the merge request.
# A budget (cost: { budget: { floor: 200, ceiling: 50 } } in .runner-fleet.yaml, in USD) makes it fail as well.
runner-fleet:verify${suffix(folder, ':')}:
  extends: ${base}
  script:
    - ${CDK8S} synth
    - git add --intent-to-add dist
    - git diff HEAD --exit-code -- dist > dist.patch || { cat dist.patch; echo '${STALE}'; exit 1; }
    - ${RUNNER_FLEET} check
  after_script:${enter}
    - ${RUNNER_FLEET} check --format codequality > code-quality.json || true
  artifacts:
    when: always
    paths: [${path('dist.patch')}]
    reports:
      codequality: ${path('code-quality.json')}

# What the change does to running jobs, nodes, cost and capacity: one note, updated by each pipeline. The program is that of
# the target branch: nothing that the merge request brings runs here. Without RUNNER_FLEET_TOKEN (a project access token,
# role Reporter, scope api) the note is an artifact that the merge request links.
runner-fleet:review${suffix(folder, ':')}:
  extends: ${base}
  # RUNNER_FLEET_TOKEN is scoped to this environment, so that no other job has it. Nothing is deployed.
  environment: { name: ${REVIEW_ENVIRONMENT}, action: access }
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"${reviewed}
  variables:
    GIT_DEPTH: '0'
  cache: []
  before_script:
    - git fetch --quiet origin "refs/heads/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
    - TARGET=$(mktemp --directory) && git archive FETCH_HEAD | tar --extract --directory "$TARGET"
    # Before the folder of the project, in which a change may have put files that Git takes for a repository.
    - BASE=$(git merge-base FETCH_HEAD HEAD)${enter}
  script:
    # A link of that name would be written through.
    - rm -rf review.md unreviewable ${REVIEW_PAGE}
    - test -e "$TARGET/${path('package-lock.json')}" || { echo '${FIRST}' | tee review.md; exit 0; }
    - ${INSTALL} --prefix "$TARGET${folder === '' ? '' : `/${folder}`}"
    - ${target} diff "$BASE" --format markdown > review.md || touch unreviewable
    # The same as a page, before and after; the note links it. A release of before has no page.
    - ${target} page --base "$BASE" --output ${REVIEW_PAGE} || true
    - test ! -e ${REVIEW_PAGE}/index.html || export RUNNER_FLEET_PAGE="$CI_JOB_URL/artifacts/file/${path(`${REVIEW_PAGE}/index.html`)}"
    - ${target} note review.md
    # After the note, which says why: files in dist/ that were not rendered, or input that can't be used.
    - test ! -e unreviewable
  artifacts:
    when: always
    paths: [${path('review.md')}, ${path(`${REVIEW_PAGE}/`)}]
    expose_as: what this does to the runners

# Whether GitLab has the runners as main.ts describes them: tags, timeouts, protection, managers. It runs in scheduled pipelines
# alone (Build > Pipeline schedules) and fails on a difference. GITLAB_TOKEN is an access token with the scope read_api, masked,
# protected, and scoped to the environment of this job. Nothing is deployed.
runner-fleet:drift${suffix(folder, ':')}:
  extends: ${base}
  environment: { name: ${DRIFT_ENVIRONMENT}, action: access }
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  variables:
    # Options of gitlab status, for example --group acme.
    RUNNER_FLEET_SCOPE: ''
  cache: []
  before_script: []
  script:
    - test -n "$GITLAB_TOKEN" || { echo '${NO_TOKEN}'; exit 0; }${enter}
    - ${INSTALL}
    - ${RUNNER_FLEET} gitlab status $RUNNER_FLEET_SCOPE

# The fleet as a page for everybody who may see the Pages of this project: set the CI/CD variable RUNNER_FLEET_PAGES to "true",
# and first see that Pages access control keeps out whoever should not read it (docs/page.md of gitlab-runner-fleet).
runner-fleet:page${suffix(folder, ':')}:
  extends: ${base}
  rules:
    # A schedule is for the job above.
    - if: $CI_PIPELINE_SOURCE == "schedule"
      when: never
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $RUNNER_FLEET_PAGES == "true"${changes}
  script:
    - ${RUNNER_FLEET} page --output ${PUBLISHED_PAGE}
  pages:
    publish: ${path(PUBLISHED_PAGE)}
  artifacts:
    paths: [${path(`${PUBLISHED_PAGE}/`)}]
`;
}

function gitHubFile({ folder }: Project): PlannedFile {
  const file = `.github/workflows/runner-fleet${suffix(folder, '-')}.yml`;
  const watched = [`${folder}/**`, file, ...APPLIERS].map((one) => `'${one}'`);
  const paths = folder === '' ? '' : `\n    paths: [${watched.join(', ')}]`;
  const review = `review${suffix(folder, '-')}`;
  const inTarget = (name: string) => `"$RUNNER_TEMP/${below('target', below(folder, name))}"`;
  const directoryOfTarget = `"$RUNNER_TEMP/target${folder === '' ? '' : `/${folder}`}"`;
  const [lock, target] = [inTarget('package-lock.json'), inTarget('node_modules/.bin/runner-fleet')];
  const directory = folder === '' ? '' : `\ndefaults:\n  run:\n    working-directory: ${folder}\n`;
  const text = `# The runner fleet: what every pull request must pass, and what its reviewers read. Nothing here reaches a cluster.
name: runner fleet${folder === '' ? '' : ` (${folder})`}

on:
  pull_request:${paths}
  push:
    branches: [main, master]${paths}

permissions:
  contents: read

env:
  CDK8S_CHECK_UPGRADE: 'false'
${directory}
jobs:
  # dist/ is what main.ts renders now, and the proof finds no error in it.
  verify:
    runs-on: ubuntu-24.04
    steps:
${gitHubSetup(folder)}
      - run: ${CDK8S} synth
      - run: |
          git add --intent-to-add dist
          git diff HEAD --exit-code -- dist || { echo '${STALE}'; exit 1; }
      - run: ${RUNNER_FLEET} check

  # What the change does to running jobs, nodes, cost and capacity: one comment, updated by each run. The program is that of
  # the target branch: nothing that the pull request brings runs here.
  review:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-24.04
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/checkout@v5
        with: { fetch-depth: 0 }
      - uses: actions/setup-node@v5
        with: { node-version: '${NODE}' }
      # A link of that name would be written through.
      - run: rm -rf review.md unreviewable ${REVIEW_PAGE}
      - run: mkdir "$RUNNER_TEMP/target" && git -C "$GITHUB_WORKSPACE" archive "refs/remotes/origin/$GITHUB_BASE_REF" | tar --extract --directory "$RUNNER_TEMP/target"
      - run: test ! -e ${lock} || ${INSTALL} --prefix ${directoryOfTarget}
      - run: |
          if [ -e ${lock} ]; then
            BASE=$(git -C "$GITHUB_WORKSPACE" merge-base "refs/remotes/origin/$GITHUB_BASE_REF" HEAD)
            ${target} diff "$BASE" --format markdown > review.md || touch unreviewable
            # The same as a page, before and after. A release of before has no page.
            ${target} page --base "$BASE" --output ${REVIEW_PAGE} || true
          else
            echo '${FIRST}' > review.md
          fi
      - run: head --bytes=1000000 review.md >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@v4
        id: artifact
        with:
          name: ${review}
          path: |
            ${below(folder, 'review.md')}
            ${below(folder, REVIEW_PAGE)}
      # The token of a pull request from a fork can't write: the summary of the run shows the note then.
      - if: github.event.pull_request.head.repo.full_name == github.repository
        run: test ! -e ${lock} || ${target} note review.md
        env:
          GITHUB_TOKEN: \${{ secrets.GITHUB_TOKEN }}
          PULL_REQUEST_NUMBER: \${{ github.event.pull_request.number }}
          RUNNER_FLEET_PAGE: \${{ steps.artifact.outputs.artifact-url }}
      # After the note, which says why: files in dist/ that were not rendered, or input that can't be used.
      - run: test ! -e unreviewable
`;
  return { path: file, text };
}

/** A workflow of its own, since no pull request and no push starts it. */
function gitHubDriftFile({ folder }: Project): PlannedFile {
  const directory = folder === '' ? '' : `\ndefaults:\n  run:\n    working-directory: ${folder}\n`;
  const hasToken = "steps.token.outputs.is-set == 'true'";
  const text = `# Whether GitLab has the runners as main.ts describes them: tags, timeouts, protection, managers. It fails on a difference. The
# secret GITLAB_TOKEN is an access token of GitLab with the scope read_api. It is a secret of the environment of this job, which
# takes the default branch alone: the workflow can be started by hand on any branch, with whatever that branch makes of it.
name: runner fleet drift${folder === '' ? '' : ` (${folder})`}

on:
  schedule:
    - cron: '17 5 * * 1-5'
  workflow_dispatch:

permissions:
  contents: read
${directory}
jobs:
  drift:
    runs-on: ubuntu-24.04
    environment: ${DRIFT_ENVIRONMENT}
    steps:
      - uses: actions/checkout@v5
      - id: token
        run: |
          if [ -n "$GITLAB_TOKEN" ]; then
            echo 'is-set=true' >> "$GITHUB_OUTPUT"
          else
            echo '::notice::${NO_TOKEN}'
          fi
        env:
          GITLAB_TOKEN: \${{ secrets.GITLAB_TOKEN }}
      - if: ${hasToken}
        uses: actions/setup-node@v5
        with: { node-version: '${NODE}' }
      - if: ${hasToken}
        run: ${INSTALL}
      # The variable RUNNER_FLEET_SCOPE holds options of gitlab status, for example --group acme.
      - if: ${hasToken}
        run: ${RUNNER_FLEET} gitlab status $RUNNER_FLEET_SCOPE
        env:
          GITLAB_TOKEN: \${{ secrets.GITLAB_TOKEN }}
          RUNNER_FLEET_SCOPE: \${{ vars.RUNNER_FLEET_SCOPE }}
`;
  return { path: `.github/workflows/runner-fleet-drift${suffix(folder, '-')}.yml`, text };
}

function gitHubSetup(folder: string): string {
  const lock = below(folder, 'package-lock.json');
  return [
    '      - uses: actions/checkout@v5',
    '      - uses: actions/setup-node@v5',
    `        with: { node-version: '${NODE}', cache: npm, cache-dependency-path: ${lock} }`,
    `      - run: ${INSTALL}`,
  ].join('\n');
}
