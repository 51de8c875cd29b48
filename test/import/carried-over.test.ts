import { descriptionIn, imported, linesOf, runnerIn } from './imported';

const URL = 'gitlabUrl: https://gitlab.example.com\n';
const indented = (text: string) => text.replace(/^(?=.)/gm, '    ');
const release = (config: string, values = '') => ({
  'values.yaml': `${URL}${values}runners:\n  config: |\n${indented(config)}`,
});
const values = (text: string) => ({ 'values.yaml': `${URL}${text}` });
const kubernetes = (text: string) => release(`[[runners]]\n[runners.kubernetes]\n${text}`);
const s3 = (text: string, more = '') =>
  release(
    `[[runners]]\n[runners.cache]\nType = "s3"\n[runners.cache.s3]\nBucketName = "build-cache"\nBucketLocation = "eu-west-1"\n${text}\n`,
    more,
  );
const places = (lines: readonly string[]) => lines.map((line) => line.split(':')[0]);

describe('caches', () => {
  test('in S3 itself name no server', () => {
    expect(runnerIn(imported(s3('ServerAddress = "s3.amazonaws.com"')))).toMatchObject({
      cache: { bucket: 'build-cache', region: 'eu-west-1' },
    });
    expect(runnerIn(imported(s3('ServerAddress = "s3.amazonaws.com"'))).cache).not.toHaveProperty('server');
  });

  test.each(['serviceAccount:\n  annotations', 'rbac:\n  serviceAccountAnnotations'])(
    'take the role of %s',
    (way) => {
      const role = 'arn:aws:iam::123456789012:role/cache';
      const result = imported(s3('', `${way}:\n    eks.amazonaws.com/role-arn: ${role}\n`));
      expect(runnerIn(result)).toMatchObject({ cache: { identity: 'irsa', roleArn: role } });
    },
  );

  test('of other stores keep what is public, and no key or token', () => {
    const result = imported(
      release(
        '[[runners]]\n[runners.cache]\nType = "azure"\n[runners.cache.azure]\nAccountName = "a"\nAccountKey = "hunter1hunter1"\nSASToken = "hunter2hunter2"\nContainerName = "c"\n',
      ),
    );
    expect(places(linesOf(result, 'refused'))).toEqual(
      expect.arrayContaining(['cache.azure.AccountKey', 'cache.azure.SASToken']),
    );
    expect(JSON.stringify([result.text, result.lines])).not.toContain('hunter');
    expect(result.text).toMatch(/AccountName: 'a'[\s\S]*ContainerName: 'c'/);
  });
});

test('a template that is filled by a function is named, not taken for a value', () => {
  const result = imported(
    kubernetes(
      'image = "alpine:3.22"\nnamespace = "{{ .Values.name | upper }}"\nservice_account = {{ .Release.Name | quote }}\n',
    ),
  );
  expect(places(linesOf(result, 'unread'))).toEqual(['runners.config {{ .Values.name | upper }}']);
});

test('a wait for nodes that is longer than ten minutes stays, a shorter one follows the fleet', () => {
  expect(runnerIn(imported(kubernetes('poll_timeout = 1200\n')))).toMatchObject({ pollTimeout: '20m' });
  const short = imported(kubernetes('poll_timeout = 300\n'));
  expect(runnerIn(short)).not.toHaveProperty('pollTimeout');
  expect(places(linesOf(short, 'not-needed'))).toContain('kubernetes.poll_timeout');
});

test('replicas become managers, and a release that is stopped is a decision', () => {
  expect(runnerIn(imported(values('replicas: 3\n')))).toMatchObject({ managers: 3 });
  const stopped = imported(values('replicas: 0\n'));
  expect(runnerIn(stopped)).not.toHaveProperty('managers');
  expect(linesOf(stopped, 'decide')).toContainEqual(
    expect.stringMatching(/^replicas: the release was scaled to zero/),
  );
});

test('a helper for ARM says the architecture', () => {
  const helper = 'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-v19.3.0';
  expect(runnerIn(imported(kubernetes(`helper_image = "${helper}"\n`)))).toMatchObject({ arch: 'arm64' });
});

test('the lower of both bounds of jobs holds', () => {
  const limited = (limit: number) =>
    runnerIn(imported(release(`[[runners]]\nlimit = ${limit}\n`, 'concurrent: 8\n'))).concurrency;
  expect([limited(4), limited(12), limited(0)]).toEqual([4, 8, 8]);
});

test('a lock that is off is said, and one that is on holds anyway', () => {
  expect(runnerIn(imported(values('runners:\n  locked: false\n')))).toMatchObject({ locked: false });
  expect(runnerIn(imported(values('runners:\n  locked: true\n')))).not.toHaveProperty('locked');
});

test('what a script fills in at run time is no part of a template of TypeScript', () => {
  const result = imported(release("[[runners]]\npre_build_script = '''\necho `date`\necho ${HOME}\n'''\n"));
  expect(result.text).toContain('echo \\${HOME}');
  expect(result.text).toContain('echo \\`date\\`');
});

test('later values win over earlier ones, as in Helm, Flux and Argo CD', () => {
  const flux = {
    'release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: docker, namespace: ci }
spec:
  chart: { spec: { chart: gitlab-runner } }
  valuesFrom: [{ kind: ConfigMap, name: shared }]
  values: { gitlabUrl: https://gitlab.example.com, concurrent: 7 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: shared, namespace: ci }
data:
  values.yaml: |
    concurrent: 3
    replicas: 2
`,
  };
  expect(runnerIn(imported(flux))).toMatchObject({ concurrency: 7, managers: 2 });
  const argo = {
    'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: docker }
spec:
  destination: { namespace: ci }
  source:
    chart: gitlab-runner
    helm:
      valueFiles: [shared.yaml]
      values: |
        concurrent: 7
      valuesObject: { replicas: 2 }
`,
    'shared.yaml': `${URL}concurrent: 3\nreplicas: 4\n`,
  };
  expect(runnerIn(imported(argo))).toMatchObject({ concurrency: 7, managers: 2 });
});

test('folders of nodes need a namespace that lets them in, unless jobs are privileged anyway', () => {
  const mount = '[[runners.kubernetes.volumes.host_path]]\nname = "a"\nmount_path = "/a"\nhost_path = "/a"\n';
  expect(descriptionIn(imported(kubernetes(mount)))).toMatchObject({
    namespaces: [{ podSecurity: 'privileged' }],
  });
  expect(descriptionIn(imported(kubernetes(`privileged = true\n${mount}`)))).not.toHaveProperty('namespaces');
});

test('a volume with a setting of its own is kept whole', () => {
  const result = imported(
    kubernetes(
      '[[runners.kubernetes.volumes.host_path]]\nname = "a"\nmount_path = "/a"\nhost_path = "/a"\nmount_propagation = "Bidirectional"\n',
    ),
  );
  expect(result.text).toContain("mount_propagation: 'Bidirectional'");
});

test("the Secret of an operator's Runner is named, since its token is in there", () => {
  const object = `apiVersion: apps.gitlab.com/v1beta2
kind: Runner
metadata: { name: docker, namespace: ci }
spec: { gitlabUrl: https://gitlab.example.com, token: gitlab-runner-secret }
`;
  expect(linesOf(imported({ 'runner.yaml': object }), 'decide')).toContainEqual(
    expect.stringMatching(/^runners\.secret: its token is in the Secret gitlab-runner-secret/),
  );
});

test('Terraform takes indentation away where it is told to, and spells a sign of its own by two', () => {
  const scriptOf = (mark: string) => {
    const config = `      [[runners]]\n      pre_build_script = '''\n      a\n        b %%{x} $${'${y}'}\n      '''\n`;
    const text = `resource "helm_release" "docker" {\n  chart = "gitlab-runner"\n  set {\n    name  = "runners.config"\n    value = ${mark}EOT\n${config}EOT\n  }\n}\n`;
    return (runnerIn(imported({ 'main.tf': text })).job as { preBuildScript: string }).preBuildScript;
  };
  expect(scriptOf('<<-')).toBe('a\n  b %{x} ${y}\n');
  expect(scriptOf('<<')).toBe('      a\n        b %{x} ${y}\n      ');
});

test('an item of a list that is refused goes whole, and the others stay', () => {
  const alias = (ip: string) =>
    `[[runners.kubernetes.host_aliases]]\nip = "${ip}"\nhostnames = ["a.example.com"]\n`;
  const result = imported(kubernetes(`image = "alpine:3.22"\n${alias('10.0.0.1')}${alias('nowhere')}`));
  expect(result.faults).toEqual([]);
  expect(runnerIn(result)).toMatchObject({
    job: { hostAliases: [{ ip: '10.0.0.1', hostnames: ['a.example.com'] }] },
  });
});
