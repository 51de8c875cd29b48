import { Chart } from 'cdk8s';
import { Construct } from 'constructs';

/**
 * A group of objects. Inside of someone's chart its objects are that chart's, with its labels and in its file; in an
 * app, where objects need a chart, it is one.
 */
export function objectGroup(scope: Construct, id: string): Construct {
  const inChart = scope.node.scopes.some((one) => Chart.isChart(one));
  return inChart ? new Construct(scope, id) : new Chart(scope, id);
}
