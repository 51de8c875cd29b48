import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { describeCheck } from './cases';
import { CLASS, POOL } from './places';

const RESERVED = 'spec:\n  capacityReservationSelectorTerms: [{ id: cr-0123456789abcdef0 }]\n';

describeCheck('pools-usable', {
  fires: [
    {
      name: 'a pool of EKS Auto Mode',
      files: AUTO_MODE_FLEET,
      finds: ['pools-usable/auto-mode', 'note', /does not publish what it reserves/],
    },
    {
      name: 'a pool of EKS Auto Mode for types that Auto Mode does not start',
      files: AUTO_MODE_FLEET,
      changes: [
        [
          POOL,
          /key: eks.amazonaws.com\/instance-category\n.*\n.*\n(?: +- \w\n)+/,
          'key: eks.amazonaws.com/instance-family\n          operator: In\n          values: [m9g]\n',
        ],
      ],
      finds: [
        'pools-usable/no-type',
        'error',
        /no instance type of EKS Auto Mode meets eks.amazonaws.com\/instance-family In \[m9g\], although EC2 has such types/,
      ],
    },
    {
      name: 'a type among others that EC2 has and Auto Mode does not start: no other name is proposed',
      files: AUTO_MODE_FLEET,
      changes: [
        [
          POOL,
          /key: eks.amazonaws.com\/instance-category\n.*\n.*\n(?: +- \w\n)+/,
          'key: eks.amazonaws.com/instance-family\n          operator: In\n          values: [m8g, m9g]\n',
        ],
      ],
      finds: [
        'pools-usable/dead-value',
        'warning',
        /no instance type of EKS Auto Mode has eks.amazonaws.com\/instance-family of m9g.*Fix: remove what can not match/,
      ],
    },
    {
      name: 'a NodeClass with almost the name that a pool of EKS Auto Mode asks for',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, 'name: gitlab-jobs\n', 'name: gitlab-job\n']],
      finds: ['pools-usable/missing-class', 'error', /no NodeClass here has this name.*write gitlab-jobs/],
    },
    {
      name: 'a startup taint for the disk driver, which takes none off on nodes of EKS Auto Mode',
      files: AUTO_MODE_FLEET,
      changes: [
        [
          POOL,
          '      taints:\n',
          '      startupTaints: [{ key: ebs.csi.aws.com/agent-not-ready, effect: NoSchedule }]\n      taints:\n',
        ],
      ],
      finds: ['pools-usable/startup-taint', 'warning', /found ebs.csi.aws.com\/agent-not-ready/],
    },
    {
      name: 'a reservation of a NodeClass of EKS Auto Mode that no pool admits',
      files: AUTO_MODE_FLEET,
      changes: [['/nodeclass-gitlab-jobs.yaml', 'spec:\n', RESERVED]],
      finds: ['pools-usable/unused-reservation', 'warning', /paid for and not used/],
    },
    {
      name: 'a NodeClass of EKS Auto Mode that is kept elsewhere',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, 'name: gitlab-jobs\n', 'name: elsewhere\n']],
      finds: ['pools-usable/missing-class', 'warning', /its NodeClass is not among.*taken as 80Gi/],
    },
    {
      name: 'a pool of Windows nodes',
      changes: [
        [CLASS, /amiFamily: .*|(?= {2}amiSelectorTerms)/, '  amiFamily: Windows2022\n'],
        [
          'nodepool-gitlab-jobs-amd64-spot.yaml',
          /(key: kubernetes.io\/os\n +operator: In\n +values:\n +- )linux/,
          '$1windows',
        ],
      ],
      finds: ['pools-usable/windows-price', 'note', /those of Linux/],
    },
    {
      name: 'a static pool',
      changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  replicas: 0\n  disruption:']],
      finds: ['pools-usable/static', 'error', /a pool with replicas is static/],
    },
    {
      name: 'a class of another cloud',
      changes: [[POOL, 'group: karpenter.k8s.aws', 'group: karpenter.azure.com']],
      finds: ['pools-usable/unknown-class', 'error', /no Karpenter for EKS knows this class/],
    },
    {
      name: 'more values than the types have',
      changes: [
        [
          POOL,
          '        - key: karpenter.k8s.aws/instance-generation\n',
          '        - { key: karpenter.k8s.aws/instance-category, operator: Exists, minValues: 9 }\n        - key: karpenter.k8s.aws/instance-generation\n',
        ],
      ],
      finds: [
        'pools-usable/min-values',
        'error',
        /have 3 values of karpenter.k8s.aws\/instance-category.*write at most 3/,
      ],
    },
    {
      name: 'user data that Karpenter can not read',
      changes: [
        [CLASS, /al2023@\S+?(?="|\n)/, 'bottlerocket@v1.50.0'],
        [CLASS, 'spec:\n', 'spec:\n  userData: "echo hello"\n'],
      ],
      finds: [
        'pools-usable/user-data',
        'error',
        /is TOML, and this is not.*Karpenter starts no node with it/,
      ],
    },
    {
      name: 'user data with more pods than Karpenter knows of',
      changes: [
        [
          CLASS,
          'spec:\n',
          'spec:\n  userData: "{ apiVersion: node.eks.aws/v1alpha1, kind: NodeConfig, spec: { kubelet: { config: { maxPods: 200 } } } }"\n',
        ],
      ],
      finds: ['pools-usable/user-data', 'warning', /sets spec.kubelet.config.maxPods itself on every node/],
    },
    {
      name: 'a reservation that no pool of its class admits',
      changes: [[CLASS, 'spec:\n', RESERVED]],
      finds: [
        'pools-usable/unused-reservation',
        'warning',
        /gitlab-jobs-amd64-on-demand, .* do not admit karpenter.sh\/capacity-type reserved/,
      ],
    },
    {
      name: 'a reservation that all jobs select away',
      changes: [
        [CLASS, 'spec:\n', RESERVED],
        [
          'nodepool-gitlab-jobs-amd64-on-demand.yaml',
          '            - on-demand\n',
          '            - on-demand\n            - reserved\n',
        ],
      ],
      finds: [
        'pools-usable/unused-reservation',
        'warning',
        /all pods that land on gitlab-jobs-amd64-on-demand ask for another karpenter.sh\/capacity-type: the reservation is paid for/,
      ],
    },
    {
      name: 'a startup taint that nobody takes off',
      changes: [
        [
          POOL,
          '      taints:\n',
          '      startupTaints:\n        - effect: NoSchedule\n          key: never\n      taints:\n',
        ],
      ],
      finds: ['pools-usable/startup-taint', 'warning', /until something removes this taint/],
    },
    {
      name: 'the latest image',
      changes: [[CLASS, /al2023@\S+?(?="|\n)/, 'al2023@latest']],
      finds: ['pools-usable/latest-image', 'warning', /every node drifts and is replaced, without a review/],
    },
    {
      name: 'a schedule that does not parse',
      changes: [
        [
          POOL,
          '      - nodes: 10%\n',
          '      - nodes: 10%\n        schedule: "* 25 * * *"\n        duration: 8h\n',
        ],
      ],
      finds: ['pools-usable/schedule', 'error', /"25" is no hour.*no disruption of this pool at all/s],
    },
    {
      name: 'scheduled budgets alone',
      changes: [
        [
          POOL,
          '      - nodes: 10%\n',
          '      - nodes: 10%\n        schedule: "0 8 * * *"\n        duration: 8h\n',
        ],
        [
          POOL,
          '      - nodes: 100%\n',
          '      - nodes: 100%\n        schedule: "0 8 * * *"\n        duration: 8h\n',
        ],
      ],
      finds: ['pools-usable/scheduled-budgets-alone', 'warning', /outside of its window/],
    },
    {
      name: 'a node class that is not here',
      changes: [[POOL, 'name: gitlab-jobs\n', 'name: elsewhere\n']],
      finds: ['pools-usable/missing-class', 'warning', /EC2NodeClass is not among the manifests/],
    },
    {
      name: 'a pool that no pod reaches',
      changes: [[POOL, '            - spot', '            - reserved']],
      finds: ['pools-usable/unreached', 'warning', /no job and no manager of these runners can land/],
    },
    {
      name: 'families that no generation above five has',
      changes: [
        [POOL, 'key: karpenter.k8s.aws/instance-category', 'key: karpenter.k8s.aws/instance-family'],
        [
          POOL,
          '            - c\n            - m\n            - r\n',
          '            - a1\n            - m5\n            - m5d\n',
        ],
      ],
      finds: [
        'pools-usable/no-type',
        'error',
        /no EC2 instance type meets both \S+instance-family In \[a1 m5 m5d\] and \S+instance-generation Exists >=6/,
      ],
    },
    {
      name: 'a family where a category is wanted',
      changes: [[POOL, '            - c\n            - m\n            - r\n', '            - t3\n']],
      finds: [
        'pools-usable/no-type',
        'error',
        /meets \S+instance-category In \[t3\]: .*Fix: write t instead of t3, which is the family/,
      ],
    },
    {
      name: 'a slip of the pen for a value that is listed already',
      changes: [
        [POOL, '            - c\n            - m\n', '            - c\n            - c7g\n            - m\n'],
      ],
      finds: ['pools-usable/dead-value', 'warning', /found c7g\. .*Fix: remove c7g: c is listed/],
    },
    {
      name: 'one family among others that can never match',
      changes: [
        [POOL, 'key: karpenter.k8s.aws/instance-category', 'key: karpenter.k8s.aws/instance-family'],
        [
          POOL,
          '            - c\n            - m\n            - r\n',
          '            - m5\n            - m7g\n            - c7g\n            - r7g\n',
        ],
      ],
      finds: [
        'pools-usable/dead-value',
        'warning',
        /found m5\..*no instance type has karpenter.k8s.aws\/instance-family of m5/s,
      ],
    },
  ],
  quiet: [
    {
      name: 'a reservation that jobs may use',
      changes: [
        [CLASS, 'spec:\n', RESERVED],
        [
          'nodepool-gitlab-jobs-amd64-on-demand.yaml',
          '            - on-demand\n',
          '            - on-demand\n            - reserved\n',
        ],
        ['amd64-on-demand/configmap.yaml', /\n *"?karpenter.sh\/capacity-type"? = "on-demand"/, ''],
      ],
    },
    {
      name: 'user data with settings that have no room for pods',
      changes: [
        [
          CLASS,
          'spec:\n',
          'spec:\n  userData: "{ apiVersion: node.eks.aws/v1alpha1, kind: NodeConfig, spec: { kubelet: { config: { serializeImagePulls: false } } } }"\n',
        ],
      ],
    },
    {
      name: 'as many values as the types have',
      changes: [
        [
          POOL,
          '        - key: karpenter.k8s.aws/instance-category\n',
          '        - key: karpenter.k8s.aws/instance-category\n          minValues: 3\n',
        ],
      ],
    },
    {
      name: 'the startup taint of a network plugin',
      changes: [
        [
          POOL,
          '      taints:\n',
          '      startupTaints:\n        - effect: NoExecute\n          key: node.cilium.io/agent-not-ready\n          value: "true"\n      taints:\n',
        ],
      ],
    },
  ],
});
