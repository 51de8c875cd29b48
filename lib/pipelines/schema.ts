import type { Shape, ShapeTypes, TableShape } from '../shape/shape';
import { SCHEMA_TYPES } from './schema-types';

/**
 * Keywords of a `.gitlab-ci.yml` with the types of their values, as far as GitLab itself refuses others.
 *
 * Source: GitLab's schema for editors, app/assets/javascripts/editor/schema/ci.json of gitlab-org/gitlab (MIT), as of
 * August 2026, with what lib/gitlab/ci/config/entry has besides: reports of fuzzing, `artifacts:public` and the like.
 * Bounds that only the editor knows are left out (docs/adr/019).
 */
export const SCHEMA_DATE = 'August 2026';

const text: Shape = 'string';

/** Keys of `default`. Those that are judged where they are read are `any`. */
export const DEFAULT: TableShape = {
  table: {
    after_script: 'script',
    artifacts: 'artifacts',
    before_script: 'script',
    cache: 'caches',
    hooks: 'hooks',
    id_tokens: 'id_tokens',
    identity: 'identity',
    image: 'image',
    interruptible: 'boolean',
    retry: 'retry',
    services: 'services',
    tags: 'any',
    timeout: 'any',
  },
};

/** Keys of a job, of one that starts a pipeline too. */
export const JOB: TableShape = {
  table: {
    ...DEFAULT.table,
    allow_failure: 'allow_failure',
    coverage: 'coverage',
    dast_configuration: { table: { site_profile: text, scanner_profile: text } },
    dependencies: 'texts',
    environment: 'environment',
    except: 'filter',
    extends: 'text-or-texts',
    inherit: {
      table: { default: { either: ['boolean', 'texts'] }, variables: { either: ['boolean', 'texts'] } },
    },
    inputs: { map: 'input' },
    manual_confirmation: text,
    needs: 'needs',
    only: 'filter',
    pages: 'pages',
    parallel: 'any',
    publish: text,
    release: 'release',
    resource_group: text,
    rules: { list: 'rule' },
    run: { list: 'step' },
    script: 'commands',
    secrets: { map: 'secret' },
    stage: text,
    start_in: text,
    trigger: 'trigger',
    // The former name of stage.
    type: text,
    variables: { map: 'job-variable' },
    when: { is: 'string', enum: ['on_success', 'on_failure', 'always', 'never', 'manual', 'delayed'] },
  },
};

/** Keys at the top that are not jobs. */
export const TOP: TableShape = {
  table: {
    after_script: 'script',
    before_script: 'script',
    cache: 'caches',
    default: DEFAULT,
    image: 'image',
    services: 'services',
    stages: 'texts',
    types: 'texts',
    variables: { map: 'top-variable' },
    workflow: {
      table: {
        auto_cancel: 'auto_cancel',
        name: text,
        rules: { list: 'workflow-rule' },
      },
    },
  },
  open: true,
};

/** The header of a file with inputs. */
export const SPEC: TableShape = {
  table: {
    component: 'any',
    description: text,
    include: 'any',
    inputs: { map: 'input' },
  },
};

/** An entry of `include` that is a table. */
export const INCLUDE: Shape = 'include';

export const TYPES: ShapeTypes = SCHEMA_TYPES;
