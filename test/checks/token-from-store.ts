import { edited, FLEET, without } from '../fixtures/files';

/** The token of amd64-spot from a store in the place of its SealedSecret. */
const STORE = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: runner-amd64-spot-token
  namespace: gitlab-runners
spec:
  data:
    - remoteRef:
        key: gitlab-runners/acme/amd64-spot
      secretKey: token
  refreshInterval: 1h
  secretStoreRef:
    kind: ClusterSecretStore
    name: aws
  target:
    creationPolicy: Owner
    deletionPolicy: Retain
    name: runner-amd64-spot-token
    template:
      metadata:
        labels:
          gitlab-runner-fleet/runner: amd64-spot
`;
export const UNSEALED = edited(without(FLEET, 'amd64-spot/sealedsecret.yaml'), [
  'amd64-spot/deployment.yaml',
  /key: token-\w+/,
  'key: token',
]);
export const FROM_STORE = [...UNSEALED, { path: 'acme/runners/amd64-spot/externalsecret.yaml', text: STORE }];
