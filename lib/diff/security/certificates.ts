import type { Manifest } from '../../cluster/manifest';
import { certificatesIn } from '../../values/pem';
import { fieldsOf, isTable, textsOf } from '../../values/record';
import { changesOf, firstFew, type Impact, impact, type Rule } from '../rule';

/** Certificates that pods trust. What else a ConfigMap holds is judged by other rules. */
export const trustedCertificates: Rule = {
  id: 'trusted-certificates',
  title:
    'Whoever has the key of a trusted certificate can impersonate GitLab, and whatever else jobs talk to.',
  run: (comparison) => {
    // Where nothing was there before, all of it is to be read.
    if (comparison.before.manifests.length === 0) return [];
    return changesOf(comparison, 'ConfigMap').flatMap((change): Impact[] => {
      const [old, now] = [change.before, change.after].map(certificatesOf);
      const gained = now.filter((one) => !old.includes(one));
      const lost = old.filter((one) => !now.includes(one));
      return [
        ...(gained.length > 0
          ? [
              impact(
                'trusted-certificates',
                'security',
                change,
                `Pods that mount it come to trust ${firstFew(gained, '; ')}.`,
                WHY,
              ),
            ]
          : []),
        ...(lost.length > 0
          ? [
              impact(
                'trusted-certificates',
                'notice',
                change,
                `Pods that mount it no longer trust ${firstFew(lost, '; ')}.`,
                LOSS,
              ),
            ]
          : []),
      ];
    });
  },
};

const WHY = 'Whoever has its key can answer instead of whatever these pods verify with it.';
const LOSS = 'Servers that still present a certificate of it are refused.';

/** The certificates of a ConfigMap, as people tell them apart. */
function certificatesOf(manifest: Manifest | undefined): readonly string[] {
  return Object.values(textsOf(manifest?.body.data)).flatMap((text) => certificatesIn(text) ?? []);
}

/** The body of a ConfigMap without keys that hold certificates and nothing else. */
export function withoutCertificates(body: unknown): unknown {
  const { kind, data } = fieldsOf(body);
  if (kind !== 'ConfigMap' || !isTable(data)) return body;
  const rest = Object.entries(data).filter(([, text]) => certificatesIn(String(text)) === undefined);
  return { ...fieldsOf(body), data: Object.fromEntries(rest) };
}
