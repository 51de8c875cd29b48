import { type Fields, fieldsOf, listOf, textsOf } from '../values/record';

/** Labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;

/** Whether a label selector takes pods, or namespaces, of some labels. An empty one takes all. */
export function selects({ matchLabels, matchExpressions }: Fields, labels: Labels): boolean {
  return (
    Object.entries(textsOf(matchLabels)).every(([key, value]) => labels[key] === value) &&
    listOf(matchExpressions).every((expression) => holds(fieldsOf(expression), labels))
  );
}

function holds({ key, operator, values }: Fields, labels: Labels): boolean {
  const value = labels[String(key)];
  const named = value !== undefined && listOf(values).map(String).includes(value);
  if (operator === 'In') return named;
  if (operator === 'NotIn') return !named;
  return (operator === 'Exists') === (value !== undefined);
}
