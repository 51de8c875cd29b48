import { fakeCiphertext } from '../ciphertext';
import { FLEET, without } from '../fixtures/files';
import { CLEAN_FLEET, CRON_JOB } from '../fixtures/orphan-cleanup';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

const key = (line: string) =>
  [
    CONFIG,
    '      automount_service_account_token = false\n',
    `      automount_service_account_token = false\n      ${line}\n`,
  ] as const;
const beside = (...objects: object[]) => [
  ...FLEET,
  ...objects.map((object, index) => ({ path: `acme/own/${index}.yaml`, text: JSON.stringify(object) })),
];
const account = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'deployer', namespace: 'gitlab-jobs' },
};
const existing = (what: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'own', annotations: { 'gitlab-runner-fleet/existing': what } },
});
const volume = '[[runners.kubernetes.volumes.pvc]]\n        name = "cache"\n        mount_path = "/cache"';
const claimOf = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'gitlab-jobs' },
});
const PULL_TYPE = 'kubernetes.io/dockerconfigjson';
const store = (kind: string, type?: string) => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'pull', namespace: 'gitlab-jobs' },
  spec: {
    secretStoreRef: { kind, name: 'vault' },
    ...(type && { target: { template: { type } } }),
    data: [{ secretKey: 'a', remoteRef: { key: 'b' } }],
  },
});
const sealed = (spec: object) => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'pull', namespace: 'gitlab-jobs' },
  spec: { encryptedData: { '.dockerconfigjson': fakeCiphertext(7) }, ...spec },
});

describeCheck('needs', {
  fires: [
    {
      name: 'the account of the cleanup of orphaned pods, which is not there',
      files: without(CLEAN_FLEET, 'account-orphan-cleanup'),
      finds: ['needs/account', 'warning', /ServiceAccount\/gitlab-runners\/orphan-cleanup/],
    },
    {
      name: 'a pull secret of the cleanup of orphaned pods, which is not there',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, 'restartPolicy', 'imagePullSecrets: [{ name: mirror }]\n          restartPolicy']],
      finds: ['needs/source', 'warning', /Secret\/gitlab-runners\/mirror/],
    },
    {
      name: 'a ServiceAccount of jobs that is not there',
      changes: [key('service_account = "deployer"')],
      finds: ['needs/account', 'warning', /ServiceAccount\/gitlab-jobs\/deployer or makes it.*annotation/],
    },
    {
      name: 'a pull secret that is not there',
      changes: [key('image_pull_secrets = ["pull"]')],
      finds: ['needs/source', 'warning', /Secret\/gitlab-jobs\/pull/],
    },
    {
      name: 'a pull secret of an account that is not there',
      files: beside({ ...account, imagePullSecrets: [{ name: 'pull' }] }),
      changes: [key('service_account = "deployer"')],
      finds: ['needs/source', 'warning', /Secret\/gitlab-jobs\/pull.*images that need it are not pulled/],
    },
    {
      name: 'a pull secret of another type',
      files: beside({ ...sealed({}), kind: 'Secret', apiVersion: 'v1', type: 'Opaque' }),
      changes: [key('image_pull_secrets = ["pull"]')],
      finds: ['needs/pull-secret-type', 'error', /pull of type Opaque.*without a password/],
    },
    {
      name: 'a pull secret that is sealed without a type',
      files: beside(sealed({})),
      changes: [key('image_pull_secrets = ["pull"]')],
      finds: ['needs/pull-secret-type', 'error', /of type Opaque/],
    },
    {
      name: 'a pull secret that an ExternalSecret makes without a type',
      files: beside(store('ClusterSecretStore')),
      changes: [key('image_pull_secrets = ["pull"]')],
      finds: ['needs/pull-secret-type', 'error', /of type Opaque/],
    },
    {
      name: 'a claim that is not there',
      changes: [key(volume)],
      finds: ['needs/source', 'warning', /PersistentVolumeClaim\/gitlab-jobs\/cache.*never scheduled/],
    },
    {
      name: 'a claim of one of the slots that is not there',
      files: beside(...Array.from({ length: 19 }, (_, slot) => claimOf(`cache-${slot}`))),
      changes: [key(volume.replace('"cache"', '"cache-$CI_CONCURRENT_ID"'))],
      finds: ['needs/source', 'warning', /PersistentVolumeClaim\/gitlab-jobs\/cache-19 /],
    },
    {
      name: 'claims of all slots that are not there, which are one finding',
      changes: [key(volume.replace('"cache"', '"cache-$CI_CONCURRENT_ID"'))],
      finds: ['needs/source', 'warning', /found cache-0, and 19 more for cache-\$CI_CONCURRENT_ID/],
    },
    {
      name: 'a class of managers that is not there',
      changes: [[DEPLOYMENT, '      nodeSelector:', '      priorityClassName: ci\n      nodeSelector:']],
      finds: ['needs/class', 'warning', /PriorityClass\/ci or makes it.*refused/],
    },
    {
      name: 'a SecretStore that is not there',
      files: beside(store('SecretStore')),
      finds: ['needs/store', 'warning', /SecretStore\/gitlab-jobs\/vault/],
    },
  ],
  quiet: [
    { name: 'a fleet that makes what it names' },
    {
      name: 'an account among the manifests',
      files: beside(account),
      changes: [key('service_account = "deployer"')],
    },
    {
      name: 'an account that is declared',
      files: beside(existing('PriorityClass/x, ServiceAccount/gitlab-jobs/deployer')),
      changes: [key('service_account = "deployer"')],
    },
    {
      name: 'a pull secret that an ExternalSecret of the store of a cluster makes',
      files: beside(store('ClusterSecretStore', PULL_TYPE)),
      changes: [key('image_pull_secrets = ["pull"]')],
    },
    {
      name: 'a pull secret that is sealed, with its type',
      files: beside(sealed({ template: { type: PULL_TYPE } })),
      changes: [key('image_pull_secrets = ["pull"]')],
    },
    {
      name: 'a Secret of another type that a job mounts',
      files: beside(sealed({})),
      changes: [key('volumes = { secret = [{ name = "pull", mount_path = "/pull" }] }')],
    },
    {
      name: 'classes that every cluster has',
      changes: [key('priority_class_name = "system-cluster-critical"')],
    },
  ],
});
