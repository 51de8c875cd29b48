import type { Shape, ShapeTypes } from '../shape/shape';

const text: Shape = 'string';

/** Values of `secrets` and `run`, which nothing here reads. */
export const SECRET_TYPES: ShapeTypes = {
  secret: {
    table: {
      akeyless: { map: 'any' },
      aws_secrets_manager: {
        either: [
          text,
          {
            table: {
              field: text,
              region: text,
              role_arn: text,
              role_session_name: text,
              secret_id: text,
              version_id: text,
              version_stage: text,
            },
            required: ['secret_id'],
          },
        ],
      },
      azure_key_vault: { table: { name: text, version: text }, required: ['name'] },
      file: 'boolean',
      gcp_secret_manager: { table: { name: text, version: 'int-or-string' }, required: ['name'] },
      gitlab_secrets_manager: { table: { name: text, source: text }, required: ['name'] },
      token: text,
      vault: {
        either: [
          text,
          {
            table: {
              engine: { table: { name: text, path: text }, required: ['name', 'path'] },
              field: text,
              path: text,
            },
            required: ['engine', 'path', 'field'],
          },
        ],
      },
    },
  },
  step: {
    table: {
      env: { map: text },
      func: 'step-source',
      inputs: { map: 'any' },
      name: text,
      script: text,
      step: 'step-source',
    },
    required: ['name'],
  },
  'step-source': {
    either: [
      text,
      {
        table: {
          git: { table: { dir: text, file: text, rev: text, url: text }, required: ['url', 'rev'] },
          oci: {
            table: { dir: text, file: text, registry: text, repository: text, tag: text },
            required: ['registry', 'repository', 'tag'],
          },
        },
      },
    ],
  },
};
