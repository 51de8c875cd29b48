import type { ResolvedFleet, ResolvedRunner } from '../../fleet/resolved-fleet';
import { shellWord } from '../../values/shell-word';
import { visible } from '../../values/visible';
import type { RunnerToken } from './runner-token';

/** What to do so that a runner has its token: commands to paste, none of which shows a token or holds one. */
export function printHowto({ fleet, runner, state }: RunnerToken): string {
  const { from } = runner.token;
  const steps =
    from === 'sealed-secret'
      ? sealedSteps(fleet, runner, state.is === 'sealed')
      : outsideSteps(fleet, runner);
  return [`How ${fleet.name}/${runner.name} gets its token`, '', ...steps, ''].map(visible).join('\n');
}

function sealedSteps(fleet: ResolvedFleet, runner: ResolvedRunner, isSealed: boolean): string[] {
  const name = shellWord(`${fleet.name}/${runner.name}`);
  const seal = `npx --no-install runner-fleet tokens seal ${name}${isSealed ? ' --replace' : ''}`;
  const { token, managerNamespace } = runner;
  const [folder, certificate] = [`sealed/${fleet.name}`, `sealed/${fleet.name}/cert.pem`].map(shellWord);
  return [
    ...(isSealed ? ['It is sealed already. This rotates it:', ''] : []),
    '1. Once for a cluster: the certificate of its sealed-secrets controller. It is public; commit it.',
    '',
    `   mkdir -p ${folder} && kubeseal --fetch-cert > ${certificate}`,
    '',
    '   Without kubeseal (the namespace and the name are those of its usual installation):',
    '',
    `   kubectl get --raw /api/v1/namespaces/kube-system/services/http:sealed-secrets-controller:8080/proxy/v1/cert.pem > ${certificate}`,
    '',
    ...createSteps(fleet, runner, [`${seal}`], 'seal the token of the answer'),
    '3. npx cdk8s synth, and commit sealed/ and dist/.',
    '',
    'With a token at hand: the same command without a pipe asks for it and shows nothing.',
    '',
    `   ${seal}`,
    '',
    "With kubeseal in the pipe: what stands before '|' in step 2, then",
    '',
    '   jq -j .token |',
    `     kubeseal --raw --cert ${certificate} --namespace ${shellWord(managerNamespace)} --name ${shellWord(token.secretName)} --scope strict |`,
    `     ${seal}`,
    ...(isSealed ? ['', ...updateSteps(fleet, runner)] : []),
  ];
}

function outsideSteps(fleet: ResolvedFleet, runner: ResolvedRunner): string[] {
  const { token, managerNamespace } = runner;
  if (token.from === 'external-secret') {
    const field = token.property === undefined ? '' : `, in its field ${token.property}`;
    return [
      `1. The ${token.store.kind} ${token.store.name} must reach the store, and External Secrets Operator be 0.16 or newer.`,
      '',
      ...createSteps(
        fleet,
        runner,
        [
          'jq -j .token |',
          `aws secretsmanager create-secret --name ${shellWord(token.storeKey)} --secret-string file:///dev/stdin`,
        ],
        `put the token under the key ${token.storeKey}${field} (here for AWS Secrets Manager)`,
      ),
      'The manager starts when the operator has made its Secret. It reads a token at its start: after a rotation name the',
      "new version in the runner's token.version, or restart it.",
    ];
  }
  return [
    `1. The namespace ${managerNamespace} must be there.`,
    '',
    ...createSteps(
      fleet,
      runner,
      [
        'jq -j .token |',
        `kubectl create secret generic ${shellWord(token.secretName)} --namespace ${shellWord(managerNamespace)} --from-file=${shellWord(token.key)}=/dev/stdin`,
      ],
      'put the token into the Secret',
    ),
    'The manager starts when the Secret is there.',
  ];
}

/** What GitLab holds of a runner besides its token and its description: fields of its API as words of a shell. */
function settingsOf({ tags, gitlab }: ResolvedRunner, keys: typeof gitlab.said = ALL_SETTINGS): string[] {
  const fields = {
    runUntagged: `run_untagged=${gitlab.runUntagged}`,
    locked: `locked=${gitlab.locked}`,
    protected: `access_level=${gitlab.accessLevel}`,
  };
  return [
    `tag_list=${tags.join(',')}`,
    ...ALL_SETTINGS.filter((key) => keys.includes(key)).map((key) => fields[key]),
    `maximum_timeout=${gitlab.maximumTimeoutSeconds}`,
  ].map(shellWord);
}

const ALL_SETTINGS = ['runUntagged', 'locked', 'protected'] as const;

/**
 * Tags and timeout, which managers and pipelines rely on, and what else the description says: what was set by hand stays.
 *
 * @see https://docs.gitlab.com/api/runners/#update-runners-details
 */
function updateSteps(fleet: ResolvedFleet, runner: ResolvedRunner): string[] {
  const fields = settingsOf(runner, runner.gitlab.said);
  const { hostname } = new URL(fleet.gitlabUrl);
  return [
    'Where its tags, its longest job, protected, locked or runUntagged have changed: this sets what the description says, and',
    'leaves the rest and the token as they are.',
    `RUNNER=${runner.gitlab.id ?? '<number of the runner>'}`,
    '',
    `   glab api --hostname ${shellWord(hostname)} --method PUT "runners/$RUNNER" \\`,
    ...fields.map((field, index) => `     --raw-field ${field}${index === fields.length - 1 ? '' : ' \\'}`),
    '',
    '   Or with curl, in bash or zsh, and an access token of scope manage_runner in GITLAB_TOKEN:',
    '',
    `   curl --silent --show-error --request PUT --header @<(printf 'PRIVATE-TOKEN: %s\\n' "$GITLAB_TOKEN") \\`,
    ...fields.map((field) => `     --data-urlencode ${field} \\`),
    `     ${shellWord(`${fleet.gitlabUrl}/api/v4/runners/`)}"$RUNNER"`,
  ];
}

/** Fields of `POST /user/runners`. @see https://docs.gitlab.com/api/users/#create-a-runner-linked-to-a-user */
function createSteps(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  sink: readonly string[],
  then: string,
): string[] {
  const fields = [
    'runner_type=group_type',
    'group_id="$GROUP"',
    shellWord(`description=${runner.gitlab.description}`),
    ...settingsOf(runner),
  ];
  const pipe = sink.map((line) => `     ${line}`);
  const { hostname } = new URL(fleet.gitlabUrl);
  return [
    `2. Create the runner in GitLab and ${then}. Nobody sees it on its way.`,
    '   GROUP=<number of the group>. For a project: runner_type=project_type and project_id; for the instance:',
    '   runner_type=instance_type alone. With glab:',
    '',
    `   glab api --hostname ${shellWord(hostname)} --method POST user/runners \\`,
    ...fields.map((field, index) => `     --raw-field ${field} ${index === fields.length - 1 ? '|' : '\\'}`),
    ...pipe,
    '',
    '   Or with curl, in bash or zsh, and an access token of scope create_runner in GITLAB_TOKEN:',
    '',
    `   curl --silent --show-error --header @<(printf 'PRIVATE-TOKEN: %s\\n' "$GITLAB_TOKEN") \\`,
    ...fields.map((field) => `     --data-urlencode ${field} \\`),
    `     ${shellWord(`${fleet.gitlabUrl}/api/v4/user/runners`)} |`,
    ...pipe,
    '',
  ];
}
