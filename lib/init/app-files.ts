import { load } from 'js-yaml';
import { below, type PlannedFile, type Project } from './project';

/** Compiles main.ts and runs it. The compiler's messages go to stderr: the CLI of cdk8s throws stdout away. */
const APP = 'node_modules/.bin/tsc -b 1>&2 && NODE_COMPILE_CACHE=build/cache node build/app/main.js';

/** The cdk8s app: what it describes, how it is compiled and run, and what Git leaves alone. */
export function appFiles(project: Project): readonly PlannedFile[] {
  const { folder } = project;
  return [
    {
      path: below(folder, 'main.ts'),
      text: mainFile(project),
      todo: (existing) => todoInMain(existing, project),
    },
    { path: below(folder, 'cdk8s.yaml'), text: CDK8S_FILE, todo: todoInCdk8s },
    { path: below(folder, 'tsconfig.json'), text: TSCONFIG_FILE, todo: todoInTsconfig },
    {
      path: below(folder, '.gitignore'),
      text: `${[...IGNORED, ...COMMITTED].join('\n')}\n`,
      todo: todoInGitignore,
    },
    { path: below(folder, 'sealed/README.md'), text: sealedReadme(project) },
  ];
}

function mainFile({ name, clusterName, compute, gitlabUrl }: Project): string {
  const cluster =
    clusterName === undefined || clusterName === name ? [] : [`    clusterName: ${quoted(clusterName)},`];
  return [
    "import { synth } from 'gitlab-runner-fleet';",
    '',
    'synth([',
    '  {',
    `    name: ${quoted(name)},`,
    ...cluster,
    ...(compute === 'karpenter' ? [] : [`    compute: ${quoted(compute)},`]),
    `    gitlabUrl: ${quoted(gitlabUrl)},`,
    '    runners: [',
    "      { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },",
    "      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },",
    '    ],',
    '  },',
    ']);',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function todoInMain(existing: string, { name, gitops }: Project): string | undefined {
  if (!existing.includes('gitlab-runner-fleet'))
    return "it describes no fleet: import synth or RunnerFleet from 'gitlab-runner-fleet' and call it";
  // A name may stand in a file of its own.
  if (new RegExp(`['"\`]${name}['"\`]|from ['"]\\.`).test(existing)) return undefined;
  const manifest = `${gitops}/${name}.yaml`;
  const applied =
    gitops === 'none'
      ? ''
      : `. Until then ${manifest} applies dist/${name}, which is not there; delete it if the name is wrong`;
  return `it has no fleet called ${name}: add one to the list that synth takes and render it, or name one that it has (--name)${applied}`;
}

const CDK8S_FILE = `language: typescript
# The compiler's messages go to stderr, since cdk8s discards what an app prints to stdout.
app: ${APP}
# A staging folder, which cdk8s deletes before it runs the app. The app itself replaces dist/.
output: build/synth
`;

function todoInCdk8s(existing: string): string | undefined {
  const { app, output } = settingsIn(existing);
  const missing = [
    ...(typeof app === 'string' ? [] : [`app: ${APP}`]),
    // Anything else is a folder that cdk8s deletes and the app fills, instead of dist/.
    ...(output === 'build/synth' ? [] : ['output: build/synth']),
  ];
  return missing.length === 0 ? undefined : `write ${missing.join(' and ')}`;
}

function settingsIn(yaml: string): { readonly app?: unknown; readonly output?: unknown } {
  try {
    return (load(yaml) ?? {}) as object;
  } catch {
    return {};
  }
}

const TSCONFIG_FILE = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "nodenext",
    "strict": true,
    "skipLibCheck": true,
    "types": ["node"],
    "incremental": true,
    "rootDir": ".",
    "outDir": "build/app"
  },
  "files": ["main.ts"]
}
`;

function todoInTsconfig(existing: string): string | undefined {
  if (existing.includes('build/app')) return undefined;
  return 'compile main.ts to build/app/main.js ("outDir": "build/app"), or change app in cdk8s.yaml';
}

const IGNORED = [
  'node_modules/',
  '.npm/',
  'build/',
  '.*.synth-*/',
  'dist.patch',
  'code-quality.json',
  'review.md',
  'unreviewable',
  'fleet-page/',
  '/public/index.html',
];

/** What a `.gitignore` above the project, or of its user, often ignores. */
const COMMITTED = [
  '# Committed, whatever is ignored elsewhere:',
  '!/dist/',
  '!/dist/**',
  '!/sealed/*/cert.pem',
  '!/package-lock.json',
  '!/gitlab-runner-fleet-*.tgz',
];

function todoInGitignore(existing: string): string | undefined {
  const lines = new Set(existing.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, '')));
  const missing = ['node_modules/', 'build/'].filter((name) => !lines.has(name.slice(0, -1)));
  return missing.length === 0 ? undefined : `add ${missing.join(' and ')}, unless they are ignored elsewhere`;
}

function sealedReadme({ name }: Project): string {
  return `# Sealed tokens

Input of \`npx cdk8s synth\`, committed. Nothing here is secret:

- \`${name}/cert.pem\`: the public certificate of the sealed-secrets controller in that cluster. Get it with
  \`kubeseal --fetch-cert > sealed/${name}/cert.pem\`.
- \`${name}/<runner>.yaml\`: the token of a runner, encrypted for that cluster alone. \`npx runner-fleet tokens seal
  ${name}/<runner>\` writes it.

Never put a token (\`glrt-...\`) or a private key here: synth refuses both. Until its token is sealed, a runner is rendered
with no replica.
`;
}
