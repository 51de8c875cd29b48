import { ruleGroup } from './check';

/** The rules of the check `secrets`, which two files have room for. */
export const SECRET_RULES = ruleGroup(
  'secrets',
  'Every token comes from a Secret that a sealed token becomes, and no token is in plain text.',
  {
    'plain-token': 'a token is written in plain',
    'plain-credential': 'a password, a private key or a token of another service is written in plain',
    'plain-variable': 'a variable that is secret by its name has a value',
    unread: 'something that may hold a token is not read',
    'plain-secret': 'a Secret with its values is among the manifests',
    'empty-sealed-secret': 'a SealedSecret has no key, and empties the live Secret',
    'template-overwrites': 'the template of a SealedSecret overwrites what is sealed',
    'legacy-data': 'a SealedSecret has a field that the controller no longer opens',
    unsealed: 'a token or a pull secret is not sealed yet',
    'bad-ciphertext': 'the controller can not open what is sealed',
    'changed-ciphertext': 'a ciphertext was cut off or changed since it was rendered',
    'copied-ciphertext': 'two SealedSecrets hold the same ciphertext',
    'shared-certificate': 'fleets of two clusters seal with one certificate',
    'no-variable': 'the container lacks the variable that the token comes from',
    'not-from-secret': 'the variable of the token does not come from a Secret',
    'other-namespace': 'the Secret of the token is made in another namespace',
    'no-source': 'nothing among the manifests becomes the Secret of the token',
    'missing-key': 'the Secret of the token lacks the key that is read',
    'empty-token': 'the key that the token is read from holds an empty text',
    'provider-object': 'a SecretProviderClass makes a key of a file that it does not fetch',
    'external-version': 'an ExternalSecret is of a version that is no longer served',
    'external-store': 'an ExternalSecret names no store',
    'external-data': 'an ExternalSecret reads nothing',
    'external-policy': 'an ExternalSecret does not make its Secret itself',
  },
);
