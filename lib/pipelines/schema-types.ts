import type { Shape, ShapeTypes, TableShape } from '../shape/shape';
import { SECRET_TYPES } from './schema-secrets';

const text: Shape = 'string';
const texts: Shape = { list: text };
const textOrTexts: Shape = { either: [text, texts] };
const number: Shape = 'integer';
const scalar: Shape = { either: [text, 'number', 'boolean'] };
const oneOf = (...allowed: readonly string[]): Shape => ({ is: 'string', enum: allowed });

/** Failures that a retry may name. Newer ones need a newer server. */
export const FAILURES = [
  'always',
  'api_failure',
  'archived_failure',
  'data_integrity_failure',
  'job_execution_timeout',
  'no_updates_canceling',
  'no_updates_running',
  'runner_configuration_error',
  'runner_external_dependency_failure',
  'runner_interrupted',
  'runner_system_failure',
  'runner_unsupported',
  'scheduler_failure',
  'script_failure',
  'server_timeout_canceling',
  'server_timeout_running',
  'stale_schedule',
  'stuck_or_timeout_failure',
  'stuck_pending_no_matching_runners',
  'stuck_pending_with_matching_runners',
  'unknown_failure',
  'unmet_prerequisites',
] as const;

const REPORTS = [
  'accessibility',
  'annotations',
  'api_fuzzing',
  'browser_performance',
  'cluster_image_scanning',
  'codequality',
  'container_scanning',
  'coverage_fuzzing',
  'cyclonedx',
  'dast',
  'dependency_scanning',
  'dotenv',
  'junit',
  'license_management',
  'license_scanning',
  'load_performance',
  'lsif',
  'metrics',
  'performance',
  'repository_xray',
  'requirements',
  'requirements_v2',
  'sarif',
  'sast',
  'secret_detection',
  'terraform',
];

const PULL_POLICY = oneOf('always', 'if-not-present', 'never');
const UPLOAD = oneOf('on_success', 'on_failure', 'always');

/** What `image` and `services` have in common. */
const IMAGE: TableShape['table'] = {
  docker: { table: { platform: text, user: text } },
  entrypoint: texts,
  kubernetes: { table: { user: 'int-or-string' } },
  name: text,
  // Of jobs of the Web IDE.
  ports: 'any',
  pull_policy: { either: [PULL_POLICY, { list: PULL_POLICY }] },
};

const RULE: TableShape['table'] = {
  changes: {
    either: [texts, { table: { compare_to: text, paths: texts, regexp: text } }],
  },
  exists: {
    either: [textOrTexts, { table: { paths: texts, project: text, ref: text, regexp: text } }],
  },
  if: text,
};

/** `parallel:matrix` of a need. */
const MATRIX: Shape = { table: { matrix: { list: { map: 'any' } } } };
const FORWARD: Shape = { table: { pipeline_variables: 'boolean', yaml_variables: 'boolean' } };
const STRATEGY = oneOf('depend', 'mirror');

const INCLUDE: TableShape['table'] = {
  artifact: text,
  component: text,
  file: textOrTexts,
  inputs: { map: 'any' },
  integrity: text,
  job: text,
  local: text,
  project: text,
  ref: text,
  remote: text,
  template: text,
};

/** Values of keywords by name. */
export const SCHEMA_TYPES: ShapeTypes = {
  ...SECRET_TYPES,
  texts,
  'text-or-texts': textOrTexts,
  /** May be empty, which takes back what is inherited. */
  script: textOrTexts,
  commands: {
    either: [
      { is: 'string', minLength: 1 },
      { list: text, minItems: 1 },
    ],
  },
  hooks: { table: { pre_get_sources_script: textOrTexts } },
  coverage: {
    is: 'string',
    pattern: '^/[^]*/[ismU]*$',
    called: 'a pattern between slashes, for example "/Total: (\\d+)%/",',
  },
  identity: oneOf('google_cloud'),
  id_tokens: { map: { table: { aud: textOrTexts }, required: ['aud'] } },

  image: {
    either: [
      { is: 'string', minLength: 1 },
      { table: IMAGE, required: ['name'] },
    ],
  },
  services: {
    list: {
      either: [
        { is: 'string', minLength: 1 },
        {
          table: { ...IMAGE, alias: text, command: textOrTexts, variables: { map: 'job-variable' } },
          required: ['name'],
        },
      ],
    },
  },

  'job-variable': { either: [text, 'number', 'boolean', { table: { expand: 'boolean', value: scalar } }] },
  'top-variable': {
    either: [
      text,
      'number',
      'boolean',
      { table: { description: scalar, expand: 'boolean', options: texts, value: scalar } },
    ],
  },
  input: {
    table: {
      default: 'any',
      description: text,
      options: { list: 'any' },
      regex: text,
      rules: { list: { map: 'any' } },
      type: oneOf('array', 'boolean', 'number', 'string'),
    },
  },

  rule: {
    table: {
      ...RULE,
      allow_failure: 'allow_failure',
      interruptible: 'boolean',
      needs: 'needs',
      start_in: text,
      variables: { map: scalar },
      when: oneOf('on_success', 'on_failure', 'always', 'never', 'manual', 'delayed'),
    },
  },
  'workflow-rule': {
    table: {
      ...RULE,
      auto_cancel: 'auto_cancel',
      variables: { map: scalar },
      when: oneOf('always', 'never'),
    },
  },
  auto_cancel: {
    table: {
      on_job_failure: oneOf('all', 'none'),
      on_new_commit: oneOf('conservative', 'interruptible', 'none'),
    },
  },
  include: {
    table: { ...INCLUDE, rules: { list: { table: { ...RULE, when: oneOf('always', 'never') } } } },
  },
  filter: {
    either: [
      texts,
      { table: { changes: texts, kubernetes: oneOf('active'), refs: texts, variables: texts } },
    ],
  },

  allow_failure: {
    either: ['boolean', { table: { exit_codes: { either: [number, { list: number }] } } }],
  },
  retry: {
    either: [
      { is: 'integer', minimum: 0, maximum: 2 },
      {
        table: {
          exit_codes: { either: [number, { list: number }] },
          max: { is: 'integer', minimum: 0, maximum: 2 },
          when: { either: ['failure', { list: 'failure' }] },
        },
      },
    ],
  },
  failure: oneOf(...FAILURES),
  needs: {
    list: {
      either: [
        text,
        {
          table: {
            artifacts: 'boolean',
            job: text,
            optional: 'boolean',
            parallel: MATRIX,
            pipeline: text,
            project: text,
            ref: text,
          },
        },
      ],
    },
  },

  cache: {
    table: {
      fallback_keys: { list: text, maxItems: 5 },
      key: {
        either: [text, { table: { files: texts, files_commits: texts, prefix: text } }],
      },
      paths: texts,
      policy: {
        is: 'string',
        pattern: 'pull-push|push|pull|\\$\\w{1,255}',
        called: 'pull-push, pull, push or a variable',
      },
      unprotect: 'boolean',
      untracked: 'boolean',
      when: UPLOAD,
    },
  },
  caches: { either: ['cache', { list: 'cache' }] },
  artifacts: {
    table: {
      access: oneOf('all', 'developer', 'maintainer', 'none'),
      exclude: texts,
      expire_in: text,
      expose_as: text,
      name: text,
      paths: texts,
      public: 'boolean',
      reports: {
        table: {
          ...Object.fromEntries(REPORTS.map((name) => [name, textOrTexts])),
          coverage_report: { table: { coverage_format: oneOf('cobertura', 'jacoco'), path: text } },
        },
      },
      untracked: 'boolean',
      when: UPLOAD,
    },
  },

  environment: {
    either: [
      text,
      {
        table: {
          action: oneOf('access', 'prepare', 'start', 'stop', 'verify'),
          auto_stop_in: text,
          deployment_tier: text,
          kubernetes: {
            table: {
              agent: text,
              dashboard: { table: { flux_resource_path: text, namespace: text } },
              flux_resource_path: text,
              managed_resources: { table: { enabled: 'boolean' } },
              namespace: text,
            },
          },
          name: text,
          on_stop: text,
          url: text,
        },
        required: ['name'],
      },
    ],
  },
  pages: {
    either: ['boolean', { table: { expire_in: text, path_prefix: text, publish: text } }],
  },
  release: {
    table: {
      assets: {
        table: {
          links: {
            list: {
              table: {
                filepath: text,
                link_type: oneOf('image', 'other', 'package', 'runbook'),
                name: text,
                url: text,
              },
              required: ['name', 'url'],
            },
          },
        },
        required: ['links'],
      },
      description: text,
      milestones: textOrTexts,
      name: text,
      ref: text,
      released_at: text,
      tag_message: text,
      tag_name: text,
    },
    required: ['tag_name', 'description'],
  },
  trigger: {
    either: [
      text,
      {
        table: {
          branch: text,
          forward: FORWARD,
          include: { either: [text, { table: INCLUDE }, { list: { either: [text, { table: INCLUDE }] } }] },
          inputs: { map: 'any' },
          project: text,
          strategy: STRATEGY,
        },
      },
    ],
  },
};
