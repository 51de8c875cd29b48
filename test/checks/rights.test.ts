import { describeCheck } from './cases';
import { BINDING, CONFIG, ROLE } from './places';

describeCheck('rights', {
  fires: [
    {
      name: 'a missing right',
      changes: [[ROLE, '      - pods/attach', '      - pods/portforward']],
      finds: ['rights/missing', 'error', /without create pods\/attach/],
    },
    {
      name: 'an excess right',
      changes: [[ROLE, '      - pods/attach', '      - pods/attach\n      - configmaps']],
      finds: ['rights/excess', 'error', /found create configmaps.*no feature of the config uses/s],
    },
    {
      name: 'a feature whose right is missing',
      changes: [
        [
          CONFIG,
          'cleanup_grace_period_seconds = 5',
          'cleanup_grace_period_seconds = 5\n      pod_disruption_budget = true',
        ],
      ],
      finds: [
        'rights/missing',
        'error',
        /create policy\/poddisruptionbudgets, get policy\/poddisruptionbudgets/,
      ],
    },
    {
      name: 'a ServiceAccount that nothing is bound to',
      changes: [[BINDING, '    namespace: gitlab-runners', '    namespace: elsewhere']],
      finds: ['rights/unbound', 'error', /no RoleBinding names this ServiceAccount/],
    },
    {
      name: 'a wildcard Role',
      changes: [[ROLE, '    verbs:\n      - list\n', '    verbs:\n      - "*"\n']],
      finds: ['rights/wildcard', 'error', /wildcard grants whatever.*Fix: name the resources/s],
    },
  ],
  quiet: [
    {
      name: 'a feature whose right is there',
      changes: [
        [
          CONFIG,
          'cleanup_grace_period_seconds = 5',
          'cleanup_grace_period_seconds = 5\n      pod_disruption_budget = true',
        ],
        [
          ROLE,
          'rules:\n',
          'rules:\n  - apiGroups: [policy]\n    resources: [poddisruptionbudgets]\n    verbs: [create, get]\n',
        ],
      ],
    },
    {
      name: 'rights of one rule spread over two',
      changes: [
        [
          ROLE,
          '      - create\n      - delete\n      - get\n      - list\n      - watch\n',
          '      - create\n      - delete\n  - apiGroups: [""]\n    resources: [pods]\n    verbs: [get, list, watch]\n',
        ],
      ],
    },
  ],
});
