/**
 * What the cleanup runs: JavaScript for Node.js, of its own modules alone. It reads its settings from the environment. Without
 * template literals, so that Flux finds nothing in it to replace.
 *
 * The time is the API server's, which also stamped the pods: the clock of a node may be wrong. Each pod is deleted by its uid,
 * so that none is deleted for another of its name.
 *
 * `DRY_RUN`, which no CronJob sets, is for a Job that someone makes of it by hand: it says what a run would delete.
 */
export const ORPHAN_CLEANUP_SCRIPT = `\
import { readFileSync } from 'node:fs';

const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, TOKEN_FILE } = process.env;
const server = 'https://' + (host.includes(':') ? '[' + host + ']' : host) + ':' + port;
const longestJob = Number(process.env.LONGEST_JOB_SECONDS);
const spare = Number(process.env.SPARE_SECONDS);
const isDryRun = !['', 'false', '0'].includes(process.env.DRY_RUN ?? '');
if (!(longestJob > 0 && spare > 0)) throw new Error('LONGEST_JOB_SECONDS and SPARE_SECONDS must be above zero');

async function ask(method, path, body) {
  const response = await fetch(server + path, {
    method,
    headers: {
      authorization: 'Bearer ' + readFileSync(TOKEN_FILE, 'utf8').trim(),
      'content-type': 'application/json',
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(30000),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), { code: response.status });
  return { answer, now: Date.parse(response.headers.get('date')) };
}

// When the manager of a pod has certainly given it up, in milliseconds.
function deadlineOf(pod) {
  const seconds = (pod.spec.activeDeadlineSeconds ?? longestJob) + spare;
  return Date.parse(pod.metadata.creationTimestamp) + seconds * 1000;
}

async function cleanUp(namespace) {
  const pods = '/api/v1/namespaces/' + namespace + '/pods';
  const query = '?limit=100&labelSelector=' + encodeURIComponent(process.env.SELECTOR);
  let next = '';
  do {
    const { answer, now } = await ask('GET', pods + query + '&continue=' + encodeURIComponent(next));
    if (Number.isNaN(now)) throw new Error('no Date header in the answer of the API server: no pod was deleted');
    next = answer.metadata.continue ?? '';
    for (const pod of answer.items) {
      const { name, uid, ownerReferences, deletionTimestamp } = pod.metadata;
      // A job pod has no owner: what has one is kept by something else.
      if (ownerReferences || deletionTimestamp || !(now > deadlineOf(pod))) continue;
      const what = [namespace + '/' + name, pod.status.phase, 'deadline', new Date(deadlineOf(pod)).toISOString()];
      try {
        if (!isDryRun) await ask('DELETE', pods + '/' + name, { preconditions: { uid } });
        console.log(isDryRun ? 'would delete' : 'deleted', ...what);
      } catch (error) {
        // 404 and 409: it has gone already, or another pod has its name.
        if (![404, 409].includes(error.code)) throw error;
      }
    }
  } while (next);
}

for (const namespace of process.env.NAMESPACES.split(' ')) {
  try {
    await cleanUp(namespace);
  } catch (error) {
    console.error(namespace + ': ' + error.message, error.cause ?? '');
    process.exitCode = 1;
  }
}
`;
