import { EXISTING_ANNOTATION } from '../contract';
import { fieldsOf, textOf } from '../values/record';
import type { Manifest } from './manifest';

/** What annotations say exists, as `<Kind>/<name>` or `<Kind>/<namespace>/<name>`. */
export function declaredIn(manifests: readonly Manifest[]): ReadonlySet<string> {
  return new Set(
    manifests.flatMap((manifest) =>
      (annotation(manifest, EXISTING_ANNOTATION) ?? '').split(/[\s,]+/).filter(Boolean),
    ),
  );
}

/** An annotation of an object; undefined without it. */
export function annotation({ body }: Manifest, key: string): string | undefined {
  return textOf(fieldsOf(fieldsOf(body.metadata).annotations)[key]);
}
