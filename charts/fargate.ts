import * as k8s from '../imports/k8s';
import type { ResolvedFargate, ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/**
 * The Fargate profiles, for whoever provisions the cluster: an object of the EKS API, which neither Flux nor Argo CD
 * applies. `eksctl create fargateprofile -f` takes it as it is.
 * @see https://schema.eksctl.io/
 */
export function clusterConfigManifest(fleet: ResolvedFleet, { region, profiles }: ResolvedFargate): unknown {
  return {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: fleet.clusterName, region },
    fargateProfiles: profiles.map(({ name, selectors }) => ({
      name,
      selectors: selectors.map(({ namespace, labels }) => ({ namespace, labels: { ...labels } })),
    })),
  };
}

/** The namespace in which EKS looks for the configuration of Fargate's logs; its name is fixed. */
export const LOGGING_NAMESPACE = 'aws-observability';

/** Namespace of the log configuration. @see https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html */
export function loggingNamespaceManifest(fleet: ResolvedFleet): unknown {
  return k8s.KubeNamespace.manifest({
    metadata: {
      name: LOGGING_NAMESPACE,
      labels: {
        ...objectLabels(fleet, 'fargate-logging', LOGGING_NAMESPACE),
        'aws-observability': 'enabled',
      },
    },
  });
}

/** Logs of pods on Fargate to CloudWatch, by the router that runs beside each of them; there are no daemonsets. */
export function loggingConfigManifest(fleet: ResolvedFleet, fargate: ResolvedFargate): unknown {
  const output = [
    '[OUTPUT]',
    '    Name cloudwatch_logs',
    '    Match kube.*',
    `    region ${fargate.region}`,
    `    log_group_name /aws/eks/${fleet.clusterName}/fargate`,
    '    log_stream_prefix fargate-',
    `    log_retention_days ${fargate.logRetentionDays}`,
    '    auto_create_group true',
    '',
  ];
  return k8s.KubeConfigMap.manifest({
    metadata: {
      name: 'aws-logging',
      namespace: LOGGING_NAMESPACE,
      labels: { ...objectLabels(fleet, 'fargate-logging', 'aws-logging') },
    },
    data: { flb_log_cw: 'false', 'output.conf': output.join('\n') },
  });
}
