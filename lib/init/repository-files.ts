import { PACKAGE } from './package-json';
import { DRIFT_ENVIRONMENT, REVIEW_ENVIRONMENT } from './pipeline-files';
import { below, type PlannedFile, type Project } from './project';

/** Where Renovate looks for its settings, from the top of a repository. */
export const RENOVATE_FILES = [
  'renovate.json',
  'renovate.json5',
  '.github/renovate.json',
  '.github/renovate.json5',
  '.gitlab/renovate.json',
  '.gitlab/renovate.json5',
  '.renovaterc',
  '.renovaterc.json',
  '.renovaterc.json5',
];

/** Settings of Renovate; in a repository that holds other things they leave those alone. */
export function renovateFile({ folder }: Project): PlannedFile {
  const rendered = below(folder, 'dist/**');
  const settings = {
    $schema: 'https://docs.renovatebot.com/renovate-schema.json',
    extends: ['config:recommended'],
    description: `Renovate does not render: on its branches, run npx cdk8s synth and commit ${below(folder, 'dist/')}.`,
    ...(folder === '' ? {} : { includePaths: [`${folder}/**`, '.github/workflows/runner-fleet*.yml'] }),
    ignorePaths: ['**/node_modules/**', rendered],
    customManagers: imageManagers(below(folder, 'main.ts')),
    packageRules: [
      {
        description: 'Manager and helper of GitLab Runner move together with their release',
        matchPackageNames: RUNNER_PACKAGES,
        groupName: 'gitlab-runner',
      },
      {
        description: 'What its release notes say about rendered fleets is worth a merge request of its own',
        matchPackageNames: [PACKAGE],
        groupName: PACKAGE,
      },
      {
        description: 'What renders',
        matchPackageNames: ['cdk8s', 'cdk8s-cli', 'constructs'],
        groupName: 'cdk8s',
      },
    ],
  };
  return { path: 'renovate.json', text: `${JSON.stringify(settings, undefined, 2)}\n` };
}

/** What Renovate calls the releases of GitLab Runner. */
export const RUNNER_RELEASE = 'gitlab-org/gitlab-runner';
const RUNNER_IMAGES = `registry.gitlab.com/${RUNNER_RELEASE}`;
const RUNNER_PACKAGES = [RUNNER_RELEASE, RUNNER_IMAGES, `${RUNNER_IMAGES}/gitlab-runner-helper`];
/** Tags hold flavor and architecture before the release, which must stay what they are. */
const TAG_VERSIONING =
  'regex:^(?<compatibility>[a-z0-9_-]*)v(?<major>\\d+)\\.(?<minor>\\d+)\\.(?<patch>\\d+)$';
const DIGEST = '(?<currentDigest>sha256:[0-9a-f]{64})';

/** What Renovate finds in a description: the release of the runner, images by digest, and the image of jobs. */
function imageManagers(file: string): readonly object[] {
  const managerFilePatterns = [`/^${file.replace(/[.\\/]/g, '\\$&')}$/`];
  const ofRunner = { datasourceTemplate: 'docker', versioningTemplate: TAG_VERSIONING };
  const manager = (description: string, match: string, rest: object) => ({
    customType: 'regex',
    description,
    managerFilePatterns,
    matchStrings: [match],
    ...rest,
  });
  return [
    manager('Release of GitLab Runner', "runnerVersion: '(?<currentValue>[^']+)'", {
      datasourceTemplate: 'gitlab-releases',
      depNameTemplate: RUNNER_RELEASE,
      extractVersionTemplate: '^v(?<version>.+)$',
    }),
    manager('Image of managers, by digest', `manager: '(?<currentValue>[^'@]+)@${DIGEST}'`, {
      depNameTemplate: RUNNER_IMAGES,
      ...ofRunner,
    }),
    manager('Image of the helper, by digest', `(?:amd64|arm64): '(?<currentValue>[^'@]+)@${DIGEST}'`, {
      depNameTemplate: `${RUNNER_IMAGES}/gitlab-runner-helper`,
      ...ofRunner,
    }),
    manager(
      'Image of jobs, by digest where it has one',
      `jobImage: '(?<depName>[^'@]+):(?<currentValue>[^'@:/]+)(?:@${DIGEST})?'`,
      { datasourceTemplate: 'docker' },
    ),
  ];
}

/** What the page says of the comparison with GitLab. */
const DRIFT = {
  gitlab: `
## Drift

In scheduled pipelines the job \`runner-fleet:drift\` compares the runners in GitLab with \`main.ts\`, if the CI/CD variable
\`GITLAB_TOKEN\` is set: an access token, role Maintainer where the runners are, scope \`read_api\`. Mask and protect the variable,
and set its environment scope to \`${DRIFT_ENVIRONMENT}\`. Then create the schedule under Build > Pipeline schedules.
`,
  github: `
## Drift

The workflow \`runner fleet drift\` compares the runners in GitLab with \`main.ts\` on weekdays, if the secret \`GITLAB_TOKEN\`
is set: an access token of GitLab, role Maintainer where the runners are, scope \`read_api\`. Create the environment
\`${DRIFT_ENVIRONMENT}\` under Settings > Environments, allow it the default branch alone (Deployment branches and tags), and make
the token a secret of that environment, not of the repository: anybody who may push a branch can start the workflow there, with
its own \`main.ts\`.
`,
  none: '',
} as const;

const RECONCILERS = { flux: 'Flux', argo: 'Argo CD', none: 'whatever applies it' } as const;

/** What the page says of the note in merge requests. */
const REVIEW = {
  gitlab: `
## Review

The job \`runner-fleet:review\` posts what a merge request does as a note, if the CI/CD variable \`RUNNER_FLEET_TOKEN\` is set:
a project access token, role Reporter, scope \`api\`. Mask the variable, leave it unprotected, and set its environment scope to
\`${REVIEW_ENVIRONMENT}\`. Without that scope every job gets the token, also \`runner-fleet:verify\`, which runs \`main.ts\` of
the merge request.
`,
  github: `
## Review

The job \`review\` posts what a pull request does as a comment. Its own token does that: there is nothing to set.
`,
  none: '',
} as const;

/** The page of a new project for those who work on it. */
export function readmeFile(project: Project): PlannedFile {
  const { folder, name, gitops, ci } = project;
  const apply =
    gitops === 'none'
      ? `Apply \`dist/${name}/karpenter\` first and \`dist/${name}/runners\` second.`
      : `\`${gitops}/${name}.yaml\` makes ${RECONCILERS[gitops]} apply it: run \`kubectl apply -f ${gitops}/${name}.yaml\` once in that
cluster, or copy the file to a folder that its ${RECONCILERS[gitops]} reads.`;
  const text = `# GitLab runners

\`main.ts\` describes the runners. \`gitlab-runner-fleet\` renders and proves them;
${RECONCILERS[gitops]} applies what is committed in \`dist/\`.

| path | what it is |
| --- | --- |
| \`main.ts\` | the fleets: edit this |
| \`sealed/\` | sealed tokens, written by \`npx runner-fleet tokens seal\` |
| \`dist/\` | rendered YAML: commit it, never edit it |
${gitops === 'none' ? '' : `| \`${gitops}/\` | what ${RECONCILERS[gitops]} is told |\n`}
## Change something

Needs Node 20.19 or newer. In ${folder === '' ? 'this folder' : `\`${folder}\``}, once: \`npm ci\`. Then edit \`main.ts\`, and:

\`\`\`sh
npx cdk8s synth          # validates, proves, writes dist/
npx runner-fleet diff    # what happens when this is merged, and what it costs
\`\`\`

Commit \`main.ts\` and \`dist/\` together. \`npm run synth\` is the first without the check of cdk8s for a newer release,
which needs the network.

| task | how |
| --- | --- |
| a new runner | one more line in \`runners\`, then its token |
| a token | \`npx runner-fleet tokens\` says which runners wait; \`npx runner-fleet tokens howto ${name}/<runner>\` says what to do |
| another cluster | one more fleet in \`main.ts\`, then \`npx runner-fleet init --name <fleet>\` writes its manifests for GitOps |
| see the fleet | \`npx runner-fleet page\` writes \`public/index.html\` |
| more jobs at once | \`npx runner-fleet plan --jobs 200\` says what binds |
| the proof alone | \`npx runner-fleet check\` |
${REVIEW[ci]}${DRIFT[ci]}
## Apply it

${apply}
A runner without a token has no replica, so nothing breaks before its token is sealed.
`;
  return { path: below(folder, 'README.md'), text };
}
