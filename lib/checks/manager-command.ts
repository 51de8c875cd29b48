import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { OF_GITLAB } from '../cluster/stop-signals';
import { containersOf, type WorkloadContainer } from '../cluster/workloads';
import { type Fields, listOf, textOf } from '../values/record';
import type { Finding } from './finding';

/** Managers whose containers all start something other than `gitlab-runner run`. What a script or an unknown program starts is not judged. */
export function commandProblems({
  configs,
  manifests,
}: Pick<Subject, 'configs' | 'manifests'>): Omit<Finding, 'id'>[] {
  const managers = [...new Set(configs.flatMap((config) => config.managers))];
  return managers.flatMap((manager) => problemOf(manager, manifests));
}

function problemOf(manager: Manifest, manifests: readonly Manifest[]): Omit<Finding, 'id'>[] {
  const all = containersOf(manager, manifests);
  const endless = all.find(({ path, fields }) => !path.includes('containers') && neverEnds(fields));
  if (endless) return [endlessProblem(manager, endless)];
  const containers = all.filter(({ path }) => path.includes('containers'));
  const idle = containers.filter(({ fields }) => {
    const image = textOf(fields.image) ?? '';
    return OF_GITLAB.test(image) || OTHER_IMAGE.test(image);
  });
  if (idle.length === 0 || containers.some(mayRun)) return [];
  const [{ path, fields }] = idle;
  const words = [...listOf(fields.command), ...listOf(fields.args)].map(String);
  const image = textOf(fields.image) ?? '';
  if (OTHER_IMAGE.test(image))
    return [
      {
        severity: 'error',
        at: { manifest: manager, path: [...path, 'image'] },
        found: image,
        why: 'GitLab publishes no gitlab-runner in it: the container does not start, or its probes fail, and nothing takes jobs',
        fix: 'name the image of GitLab Runner, for example registry.gitlab.com/gitlab-org/gitlab-runner:alpine-v19.3.0',
      },
    ];
  return [
    {
      severity: 'error',
      at: { manifest: manager, path: [...path, fields.command === undefined ? 'args' : 'command'] },
      found: words.join(' '),
      why: 'it does not start gitlab-runner run: nothing takes jobs, and the kubelet starts the container again and again, or its probes fail',
      fix: 'start gitlab-runner run --config with the mounted file',
    },
  ];
}

/** Images of GitLab that are not those of the runner, that of its helper among them. */
const OTHER_IMAGE =
  /^(?:registry\.gitlab\.com\/gitlab-org\/|(?:docker\.io\/)?gitlab\/)(?!(?:[^:@]*\/)?gitlab-runner(?!-helper)[^/]*$)/;

/** An init container that only sleeps: those after it, and the manager itself, never start. */
function endlessProblem(manager: Manifest, { path, fields }: WorkloadContainer): Omit<Finding, 'id'> {
  return {
    severity: 'error',
    at: { manifest: manager, path: [...path, 'command'] },
    found: [...listOf(fields.command), ...listOf(fields.args)].map(String).join(' '),
    why: 'this init container never ends, so that the manager never starts and takes no job',
    fix: 'remove it, or let it end',
  };
}

function neverEnds({ command, args, restartPolicy }: Fields): boolean {
  const text = [...listOf(command), ...listOf(args)].map(String).join(' ');
  const isSidecar = restartPolicy === 'Always';
  return !isSidecar && /^(\S*\/)?(sleep (inf\w*|\d{5,}|\d+d)|tail -[fF] \S+|pause)$/.test(text);
}

/** Programs that pass on to what follows. */
const STARTER = /(^|\/)(dumb-init|tini|gitlab-runner|exec|env)$|^\/entrypoint$|^--$|^-|^\d+:\d+$|^\w+=/;
/** Programs that never start another one. */
const IDLE = /(^|\/)(sleep|tail|cat|true|false|echo|pause|printf|wait)$/;
/** The runner itself, and what the image of GitLab starts it with. */
const RUNNER = /(^|\/)gitlab-runner$|^\/entrypoint$/;
/** Programs that run the script which follows. */
const SHELL = /(^|\/)(?:ba|da|a|z|k)?sh$/;

function mayRun({ fields }: WorkloadContainer): boolean {
  const [command, args] = [fields.command, fields.args].map((list) => listOf(list).map(String));
  const isOfGitlab = OF_GITLAB.test(textOf(fields.image) ?? '');
  if (OTHER_IMAGE.test(textOf(fields.image) ?? '')) return false;
  // The image decides: that of GitLab runs gitlab-runner with the arguments, or with `run`.
  if (command.length === 0) return !isOfGitlab || args.length === 0 || args.some(isRun);
  const words = [...command, ...args];
  const first = words.find((word) => !STARTER.test(word));
  if (first !== undefined && IDLE.test(first)) return false;
  const shell = words.findIndex((word) => /\s/.test(word));
  if (shell >= 0) return !isIdleScript(words[shell]);
  // What a script does that is a file is not judged: the chart's own manager starts so.
  if (first !== undefined && SHELL.test(first)) return true;
  const runner = words.findIndex((word) => RUNNER.test(word));
  if (runner >= 0) return words.slice(runner + 1).some(isRun);
  return first !== undefined;
}

function isRun(word: string): boolean {
  return /^(run|run-single|\$.*)$/.test(word) || /\s/.test(word);
}

/** The program of a line of a script, without what passes on to it. */
function firstWord(line: string): string {
  const [word = 'true'] = line
    .trim()
    .split(/\s+/)
    .filter((one) => one !== '' && !/^(exec|command|env|set|-\S*|\w+=\S*)$/.test(one));
  return word;
}

/** Whether a script holds nothing that could lead to gitlab-runner. */
function isIdleScript(text: string): boolean {
  return text.split(/[;&|\n]+/).every((line) => IDLE.test(firstWord(line)));
}
