import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** Labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;

/** Whether a label selector takes pods, or namespaces, of some labels. An empty one takes all. */
export function selects({ matchLabels, matchExpressions }: Fields, labels: Labels): boolean {
  return (
    Object.entries(textsOf(matchLabels)).every(([key, value]) => labels[key] === value) &&
    listOf(matchExpressions).every((expression) => holds(fieldsOf(expression), labels))
  );
}

/**
 * Labels that others give pods: the executor says which job it is, controllers and admission say which revision, node or mesh.
 * `app.kubernetes.io` is what their owner writes.
 */
const SET_BY_OTHERS =
  /^(?:pod|pod-template-(?:hash|generation)|controller-(?:revision-hash|uid)|job-name)$|(?:^|[./])runner\.gitlab\.com\/|^(?!app\.kubernetes\.io\/)(?:[^/]*\.)?(?:kubernetes\.io|k8s\.io|istio\.io|linkerd\.io|amazonaws\.com|k8s\.aws)\//;

/** Keys by which a selector asks for labels whose values only exist once a pod runs. */
export function openKeys({ matchLabels, matchExpressions }: Fields, labels: Labels): readonly string[] {
  const keys = [
    ...Object.keys(fieldsOf(matchLabels)),
    ...listOf(matchExpressions).flatMap((one) => textOf(fieldsOf(one).key) ?? []),
  ];
  const isOpen = (key: string) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    // A variable of a job, or what stands for a text that only a job brings.
    return value === undefined ? SET_BY_OTHERS.test(key) : /[$<]/.test(value);
  };
  return [...new Set(keys.filter(isOpen))];
}

/** Whether a selector takes pods whatever others add to their labels. */
export function surelySelects(selector: Fields, labels: Labels): boolean {
  return openKeys(selector, labels).length === 0 && selects(selector, labels);
}

/** Whether a selector takes pods once others have added to their labels what it asks for. */
export function maySelect(selector: Fields, labels: Labels): boolean {
  const open = openKeys(selector, labels);
  const matchLabels = Object.entries(textsOf(selector.matchLabels)).filter(([key]) => !open.includes(key));
  const matchExpressions = listOf(selector.matchExpressions).filter(
    (one) => !open.includes(String(fieldsOf(one).key)),
  );
  return selects({ matchLabels: Object.fromEntries(matchLabels), matchExpressions }, labels);
}

function holds({ key, operator, values }: Fields, labels: Labels): boolean {
  const value = labels[String(key)];
  const named = value !== undefined && listOf(values).map(String).includes(value);
  if (operator === 'In') return named;
  if (operator === 'NotIn') return !named;
  return (operator === 'Exists') === (value !== undefined);
}
