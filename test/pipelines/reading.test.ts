import fc from 'fast-check';
import '../property-seed';
import { keyOf } from '../../lib/pipelines/node';
import { jobOf, pipelineOf, saidOf, tagsOf } from './project';

test('a condition that GitLab can not read is refused where it stands', () => {
  const text =
    'workflow:\n  rules:\n    - if: $A =\na:\n  script: x\n  rules:\n    - if: ($A\n    - if: $A == "b"\n';
  expect(saidOf(pipelineOf(text))).toEqual([
    'shape .gitlab-ci.yml:3 if: $A =',
    'shape .gitlab-ci.yml:7 if: ($A',
  ]);
});

describe('jobs of a pipeline', () => {
  test('are the tables at the top that no keyword names and that are not hidden', () => {
    const pipeline = pipelineOf(`
stages: [build, test]
variables: { A: b }
workflow: { rules: [{ when: always }] }
.hidden: { script: a }
build: { script: make }
downstream: { trigger: group/project }
`);
    expect(tagsOf(pipeline)).toEqual({ build: [] });
    expect(pipeline.triggers).toEqual(['downstream']);
    expect(pipeline.problems).toEqual([]);
  });

  test('without a script are refused, with their line', () => {
    expect(saidOf(pipelineOf('a: { script: x }\nb: { stage: test }\nc: text\n'))).toEqual([
      'shape .gitlab-ci.yml:2 b',
      'shape .gitlab-ci.yml:3 c',
    ]);
    // What a name that is nowhere would bring may be a script: that is one problem, and of its job alone.
    expect(saidOf(pipelineOf('a: { extends: .gone }\nb: { stage: test }\n'))).toEqual([
      'extends .gitlab-ci.yml:1 .gone',
      'shape .gitlab-ci.yml:2 b',
    ]);
  });

  test('inherit default, of which a key replaces theirs as a whole', () => {
    const pipeline = pipelineOf(`
default: { tags: [spot], timeout: 2h, retry: 1 }
a: { script: x }
b: { script: x, tags: [amd64] }
c: { script: x, tags: null }
`);
    expect(tagsOf(pipeline)).toEqual({ a: ['spot'], b: ['amd64'], c: ['spot'] });
    expect(jobOf(pipeline, 'b').timeout).toEqual({ at: { file: '.gitlab-ci.yml', line: 2 }, seconds: 7200 });
  });

  test('inherit nothing, or some keys, where they say so', () => {
    const pipeline = pipelineOf(`
default: { tags: [spot], timeout: 2h }
variables: { A: one, B: two }
none: { script: x, inherit: { default: false, variables: false } }
some: { script: x, inherit: { default: [timeout], variables: [B] } }
`);
    expect(tagsOf(pipeline)).toEqual({ none: [], some: [] });
    expect(jobOf(pipeline, 'none').timeout).toBeUndefined();
    expect(jobOf(pipeline, 'some').timeout?.seconds).toBe(7200);
    expect([...jobOf(pipeline, 'some').variables]).toEqual([['B', 'two']]);
    expect([...jobOf(pipeline, 'none').variables]).toEqual([]);
  });

  test('take image and services from the top in the old way, too', () => {
    const job = jobOf(
      pipelineOf(
        'image: { name: alpine }\nservices: [redis, { name: docker:dind, alias: d }]\na: { script: x }\n',
      ),
      'a',
    );
    expect(job.image).toBe('alpine');
    expect(job.services.map(({ name, alias }) => [name, alias])).toEqual([
      ['redis', undefined],
      ['docker:dind', 'd'],
    ]);
  });
});

test('names that objects of JavaScript have are names like others', () => {
  const text = `
__proto__: { script: x, tags: [$__proto__], variables: { __proto__: a, KUBERNETES_NODE_SELECTOR_A: __proto__=b } }
constructor: { extends: __proto__, tags: [$toString], variables: { toString: c } }
m: { script: x, tags: [$__proto__], parallel: { matrix: [{ __proto__: [a, b], valueOf: c }] } }
`;
  expect(Object.entries(tagsOf(pipelineOf(text)))).toEqual([
    ['__proto__', ['a']],
    ['constructor', ['c']],
    ['m: [a, c]', ['a']],
    ['m: [b, c]', ['b']],
  ]);
});

describe('extends', () => {
  test('merges tables at every depth, and replaces lists and texts', () => {
    const job = jobOf(
      pipelineOf(`
.a: { tags: [one, two], variables: { X: a, Y: a }, script: a }
.b: { variables: { Y: b, Z: b } }
job: { extends: [.a, .b], tags: [three], variables: { Z: own } }
`),
      'job',
    );
    expect(job.tags).toEqual(['three']);
    expect(Object.fromEntries(job.variables)).toEqual({ X: 'a', Y: 'b', Z: 'own' });
  });

  test('follows chains of eleven jobs, and GitLab refuses longer ones', () => {
    const chain = (length: number) =>
      [
        '.j0: { tags: [deep], script: x }',
        ...Array.from({ length }, (_, index) => `.j${index + 1}: { extends: .j${index} }`),
        `job: { extends: .j${length} }`,
      ].join('\n');
    expect(tagsOf(pipelineOf(chain(9)))).toEqual({ job: ['deep'] });
    expect(saidOf(pipelineOf(chain(9)))).toEqual([]);
    expect(saidOf(pipelineOf(chain(10)))).toEqual(['extends .gitlab-ci.yml:12 .j10']);
    const down = Array.from({ length: 500 }, (_, index) => `.j${index}: { extends: .j${index + 1} }`);
    const long = pipelineOf([...down, '.j500: { script: x }', 'job: { extends: .j0, script: x }'].join('\n'));
    expect(saidOf(long).length).toBeLessThan(6);
  });

  test('of a name that is nowhere names the nearest, and of itself the circle', () => {
    const { problems } = pipelineOf(
      '.base: { script: x }\na: { extends: .bse }\nb: { extends: c, script: x }\nc: { extends: b, script: x }\n',
    );
    expect(problems.map(({ at, fix }) => [at.line, fix])).toEqual([
      [2, 'write .base'],
      [4, 'remove one of these extends'],
    ]);
    expect(problems[1].why).toBe('b extends c extends b: a circle');
  });
});

describe('YAML', () => {
  test('has anchors, merge keys and lists of them', () => {
    const pipeline = pipelineOf(`
.a: &a { tags: [a], script: x }
.b: &b { tags: [b], image: i }
one: { <<: *a }
two:
  <<: [*a, *b]
three:
  <<: *a
  tags: [own]
`);
    expect(tagsOf(pipeline)).toEqual({ one: ['a'], two: ['a'], three: ['own'] });
    expect(jobOf(pipeline, 'two').image).toBe('i');
  });

  test('has a merge key replace what stands above it, as GitLab’s loader does', () => {
    expect(tagsOf(pipelineOf('.a: &a { tags: [a], script: x }\njob:\n  tags: [own]\n  <<: *a\n'))).toEqual({
      job: ['a'],
    });
  });

  test('with a key twice keeps the last and says so', () => {
    const pipeline = pipelineOf('job:\n  tags: [a]\n  script: x\n  tags: [b]\n');
    expect(tagsOf(pipeline)).toEqual({ job: ['b'] });
    expect(saidOf(pipeline)).toEqual(['duplicate-key .gitlab-ci.yml:4 tags again']);
  });

  test('that is broken is reported at its line, every place at once', () => {
    expect(saidOf(pipelineOf('a: { script: x }\nb: [unclosed\nc: { script: x }\n')).join()).toMatch(
      /yaml .gitlab-ci.yml:[23]/,
    );
    expect(saidOf(pipelineOf('a: *nowhere\nb: *neither\n'))).toEqual(
      expect.arrayContaining(['yaml .gitlab-ci.yml:1 *nowhere', 'yaml .gitlab-ci.yml:2 *neither']),
    );
  });

  test('has the texts, numbers and booleans of GitLab’s loader, which is Ruby’s', () => {
    const values = (text: string) => {
      const { table } = jobOf(pipelineOf(`a: { script: x, variables: { V: ${text} } }\n`), 'a');
      const node = keyOf(keyOf(table, 'variables'), 'V');
      return node?.kind === 'scalar' ? node.value : undefined;
    };
    for (const text of ['y', 'n', 'Y', '12e4', '1234e567', '1.5e3', '08', '.e0', '0o7', '1__x'])
      expect([text, values(text)]).toEqual([text, text]);
    for (const [text, value] of [
      ['yes', true],
      ['off', false],
      ['010', 8],
      ['1_000', 1000],
      ['1.5e+3', 1500],
      ['.5', 0.5],
      ['0x1f', 31],
      ['"yes"', 'yes'],
    ])
      expect([text, values(String(text))]).toEqual([text, value]);
    expect(saidOf(pipelineOf('a: { script: y, stage: 12e4 }\n'))).toEqual([
      'shape .gitlab-ci.yml:1 stage: 12e4',
    ]);
  });

  test('of another shape than a pipeline is refused', () => {
    expect(saidOf(pipelineOf('- a\n'))).toEqual(['shape .gitlab-ci.yml:1 a list']);
    expect(saidOf(pipelineOf('text'))).toEqual(['shape .gitlab-ci.yml:1 text']);
    expect(pipelineOf('').jobs).toEqual([]);
  });

  test('that aliases multiply is refused, not followed', () => {
    const levels = Array.from(
      { length: 9 },
      (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(', ')}]`,
    );
    expect(saidOf(pipelineOf(['a0: &a0 [x]', ...levels].join('\n'))).join()).toMatch(
      /too deeply, or too large once its aliases are expanded/,
    );
  });

  test('of any kind makes no crash', () => {
    const parts = fc.constantFrom(
      'a',
      'job:',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&x ',
      '*x',
      '<<: ',
      '!reference [a, b]',
      'extends: ',
      'tags: ',
      'parallel: { matrix: ',
      'include: ',
      'script: x',
      'spec:',
      '---\n',
      '$[[ inputs.a ]]',
      '$A',
      'null',
      '1',
      '"',
      "'",
      'rules: ',
      'if: $A == "b" && (',
      'variables: ',
      ': ',
      ',',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (words) => {
        const { problems } = pipelineOf(words.join(''), { a: words.join('') });
        for (const { at, found, why, fix } of problems) {
          expect(at.line).toBeGreaterThan(0);
          expect([found, why, fix].every((text) => text.length > 0)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('!reference', () => {
  test('takes a key of another job, within lists and within others', () => {
    const pipeline = pipelineOf(`
.a: { tags: [one], script: [x] }
.b: { tags: [!reference [.a, tags], two] }
job: { tags: !reference [.b, tags], script: [!reference [.a, script]] }
`);
    expect(tagsOf(pipeline)).toEqual({ job: ['one', 'two'] });
    expect(pipeline.problems).toEqual([]);
  });

  test('to what is nowhere, or to itself, is refused', () => {
    expect(saidOf(pipelineOf('a:\n  script: !reference [.b, script]\n'))).toContain(
      'reference .gitlab-ci.yml:2 !reference [.b, script]',
    );
    expect(pipelineOf('a: { script: x, image: !reference [] }\n').problems[0].why).toBe(
      'a reference names a job and its keys',
    );
    expect(saidOf(pipelineOf('a:\n  script: [!reference [a, script]]\n'))).toEqual([
      'reference .gitlab-ci.yml:2 !reference [a, script]',
    ]);
  });
});

describe('include', () => {
  test('merges files of the project below the pipeline, the later over the earlier', () => {
    const pipeline = pipelineOf('include: [/ci/a.yml, { local: ci/b.yml }]\njob: { tags: [own] }\n', {
      'ci/a.yml': 'job: { tags: [a], script: a }\nother: { tags: [a], script: x }\n',
      'ci/b.yml': 'include: ci/c.yml\nother: { tags: [b] }\n',
      'ci/c.yml': 'third: { tags: [c], script: x }\n',
    });
    expect(tagsOf(pipeline)).toEqual({ job: ['own'], other: ['b'], third: ['c'] });
  });

  test('with * takes one folder, with ** all below it, and YAML alone', () => {
    const files = {
      'ci/a.yml': 'a: { script: x }\n',
      'ci/deep/b.yaml': 'b: { script: x }\n',
      'ci/notes.md': 'nothing\n',
    };
    expect(Object.keys(tagsOf(pipelineOf('include: ci/*\n', files)))).toEqual(['a']);
    expect(Object.keys(tagsOf(pipelineOf('include: ci/**\n', files)))).toEqual(['a', 'b']);
    expect(Object.keys(tagsOf(pipelineOf('include: ci/**/*.yaml\n', files)))).toEqual(['b']);
    expect(saidOf(pipelineOf('include: other/*.yml\n', files))).toEqual([
      'include .gitlab-ci.yml:1 other/*.yml',
    ]);
  });

  test('of a file that is not there names the nearest, and of itself ends', () => {
    expect(
      pipelineOf('include: ci/biuld.yml\n', { 'ci/build.yml': 'a: { script: x }\n' }).problems[0].fix,
    ).toBe('write ci/build.yml');
    expect(saidOf(pipelineOf('include: a.yml\n', { 'a.yml': 'include: a.yml\n' }))).toEqual([
      'include a.yml:1 more than 150 includes',
    ]);
  });

  test('of a file that is not there is the one problem: jobs may have their rest from it', () => {
    const text =
      'include: ci/gone.yml\na: { extends: .from-there, needs: [b] }\nc: { script: [!reference [.d, script]] }\n';
    const pipeline = pipelineOf(text);
    expect(saidOf(pipeline)).toEqual(['include .gitlab-ci.yml:1 ci/gone.yml']);
    expect(jobOf(pipeline, 'a').open).toBe('what .from-there brings');
    expect(pipeline.unread).toEqual([]);
  });

  test('that may complete a job may give it tags, which count more than those of default', () => {
    const text =
      'include: { project: a/b, file: c.yml }\ndefault: { tags: [amd64] }\na: { variables: { A: b } }\nb: { script: x }\n';
    expect(pipelineOf(text).jobs.map(({ name, open }) => [name, open])).toEqual([
      ['a', 'what the include of a/b brings'],
      ['b', undefined],
    ]);
  });

  test('of what only GitLab can fetch is kept apart, and what may come from there is not judged', () => {
    const pipeline = pipelineOf(`
include:
  - template: Jobs/SAST.gitlab-ci.yml
  - project: group/templates
    file: /build.yml
  - component: gitlab.com/a/b@1
  - https://example.com/a.yml
plain: { script: x }
tagged: { script: x, tags: [amd64] }
based: { extends: .from-there, script: x }
own: { extends: .from-there, script: x, tags: [amd64] }
sast: { variables: { A: b } }
`);
    expect(pipeline.unread.map(({ kind, at }) => `${kind} ${at.line}`)).toEqual([
      'template 3',
      'project 4',
      'component 6',
      'remote 7',
    ]);
    expect(pipeline.problems).toEqual([]);
    expect(Object.fromEntries(pipeline.jobs.map(({ name, open }) => [name, open !== undefined]))).toEqual({
      plain: true,
      tagged: false,
      based: true,
      own: false,
      sast: true,
    });
  });

  test('of templates of GitLab alone leaves jobs without tags as they are: those set no default', () => {
    expect(
      jobOf(pipelineOf('include: [{ template: Jobs/SAST.gitlab-ci.yml }]\na: { script: x }\n'), 'a').open,
    ).toBeUndefined();
  });

  test('by rules is taken unless they decide against it, and it is said where they decide nothing', () => {
    const text = 'include: [{ local: a.yml, rules: [{ if: $A == "x" }] }]\n';
    const files = { 'a.yml': 'a: { script: x }\n' };
    expect(saidOf(pipelineOf(text, files))).toEqual(['not-read .gitlab-ci.yml:1 a.yml']);
    expect(saidOf(pipelineOf(text, files, { variables: { A: 'x' } }))).toEqual([]);
    expect(pipelineOf(text, files, { variables: { A: 'y' } }).jobs).toEqual([]);
  });

  test('of a file that is not there is left alone where its rules leave it out', () => {
    const found = (rule: string, settings = {}) => {
      const text = `include: [{ local: ci/missing.yml, rules: [${rule}] }]\na: { script: x }\n`;
      const { problems } = pipelineOf(text, { 'ci/b.yml': 'b: { script: x }', Dockerfile: '' }, settings);
      return problems.map(({ id, severity, notProved }) => [id, severity, notProved]);
    };
    const refused = [['pipelines/include', 'error', undefined]];
    const open = [['pipelines/include', 'warning', true]];
    for (const rule of [
      '{ exists: [ci/missing.yml] }',
      '{ exists: { paths: [ci/missing.yml] } }',
      '{ exists: [other/*.yml] }',
      '{ exists: ["**/none.yml"] }',
      '{ exists: ["*.md"] }',
      '{ exists: [Dockerfile], when: never }',
    ])
      expect([rule, found(rule)]).toEqual([rule, []]);
    for (const rule of ['{ exists: Dockerfile }', '{ exists: [none, ci/*.yml] }', '{ exists: ["D*{x,e}"] }'])
      expect([rule, found(rule)]).toEqual([rule, refused]);
    for (const rule of [
      '{ if: $NOPE }',
      '{ changes: [Dockerfile] }',
      '{ exists: { paths: [Dockerfile], project: a/b } }',
      '{ exists: [ci/] }',
      '{ exists: [$FILE] }',
    ])
      expect([rule, found(rule)]).toEqual([rule, open]);
    expect(found('{ if: $NOPE }', { variables: { NOPE: 'x' } })).toEqual(refused);
    expect(found('{ exists: [$FILE] }', { variables: { FILE: 'Dockerfile' } })).toEqual(refused);
  });

  test('by changes says that no variable decides', () => {
    const fix = (rule: string) =>
      pipelineOf(`include: [{ local: a.yml, rules: [${rule}] }]\n`, { 'a.yml': 'a: { script: x }' })
        .problems[0].fix;
    expect(fix('{ changes: [a] }')).toBe('none: only the files of a push decide');
    expect(fix('{ if: $A }')).toMatch(/--variable/);
  });

  test('by rules that decide nothing leaves open what it would change of other jobs', () => {
    const text = `
include: [{ local: fork.yml, rules: [{ if: $CI_PROJECT_PATH != "a/b" }] }]
variables: { TAG: amd64 }
a: { script: x, tags: [$SIZE] }
b: { script: x }
c: { script: x, tags: [$TAG] }
d: { script: x, tags: [!reference [.tag]] }
`;
    const files = {
      'fork.yml':
        'variables: { SIZE: small }\ndefault: { tags: [fork] }\n.tag: fork\nown: { script: x, tags: [mine] }\n',
    };
    const open = (settings = {}) =>
      Object.fromEntries(pipelineOf(text, files, settings).jobs.map((job) => [job.name, job.open]));
    expect(open()).toEqual({
      own: undefined,
      a: 'the value of $SIZE in its tags',
      b: 'whether fork.yml is included',
      c: undefined,
      d: 'whether fork.yml is included',
    });
    const decided = { a: undefined, b: undefined, c: undefined, d: undefined, own: undefined };
    expect(open({ variables: { CI_PROJECT_PATH: 'other/b' } })).toEqual(decided);
  });

  test('with a variable in its path needs its value', () => {
    const files = { 'ci/prod.yml': 'a: { script: x }\n' };
    expect(pipelineOf('include: ci/$STAGE.yml\n', files).unread).toHaveLength(1);
    expect(tagsOf(pipelineOf('include: ci/$STAGE.yml\n', files, { variables: { STAGE: 'prod' } }))).toEqual({
      a: [],
    });
  });
});

describe('spec:inputs', () => {
  const file = `spec:
  inputs:
    arch: { default: amd64, options: [amd64, arm64] }
    tags: { type: array, default: [spot] }
    name: {}
---
"build-$[[ inputs.name ]]":
  tags: $[[ inputs.tags ]]
  variables: { ARCH: "is-$[[ inputs.arch ]]", SHORT: "$[[ inputs.arch | truncate(0,3) ]]" }
  script: x
`;
  test('are filled in from the include, else from their defaults, in keys and values', () => {
    const pipeline = pipelineOf('include: [{ local: a.yml, inputs: { name: app, arch: arm64 } }]\n', {
      'a.yml': file,
    });
    expect(pipeline.problems).toEqual([]);
    const job = jobOf(pipeline, 'build-app');
    expect(job.tags).toEqual(['spot']);
    expect(Object.fromEntries(job.variables)).toEqual({ ARCH: 'is-arm64', SHORT: 'arm' });
  });

  test('have variables replaced by expand_vars alone', () => {
    const text = `spec: { inputs: { arch: { default: $ARCH } } }
---
a: { script: x, variables: { PLAIN: "$[[ inputs.arch ]]", EXPANDED: "$[[ inputs.arch | expand_vars ]]" } }
`;
    const { variables } = jobOf(pipelineOf(text, {}, { variables: { ARCH: 'arm64' } }), 'a');
    expect([variables.get('PLAIN'), variables.get('EXPANDED')]).toEqual(['$ARCH', 'arm64']);
  });

  test('that are missing, unknown or of another type are refused', () => {
    expect(saidOf(pipelineOf('include: [{ local: a.yml }]\n', { 'a.yml': file }))).toEqual([
      'inputs .gitlab-ci.yml:1 no value for input name',
    ]);
    expect(
      saidOf(
        pipelineOf(
          'include:\n  - local: a.yml\n    inputs: { name: a, arhc: arm64, tags: text, arch: s390x }\n',
          { 'a.yml': file },
        ),
      ),
    ).toEqual([
      'inputs .gitlab-ci.yml:3 arhc',
      'inputs .gitlab-ci.yml:3 arch: s390x',
      'inputs .gitlab-ci.yml:3 tags: text',
    ]);
  });

  test('take values of their type alone, and at most three functions', () => {
    const typed = (type: string, value: string) =>
      saidOf(
        pipelineOf(`include: [{ local: a.yml, inputs: { i: ${value} } }]\n`, {
          'a.yml': `spec: { inputs: { i: { type: ${type} } } }\n---\na: { script: "echo $[[ inputs.i ]]" }\n`,
        }),
      );
    expect(typed('boolean', 'true')).toEqual([]);
    expect(typed('boolean', '"true"')).toEqual(['inputs .gitlab-ci.yml:1 i: true']);
    expect(typed('string', '1')).toEqual(['inputs .gitlab-ci.yml:1 i: 1']);
    expect(typed('number', '"1"')).toEqual(['inputs .gitlab-ci.yml:1 i: 1']);
    const many =
      'spec: { inputs: { i: { default: x } } }\n---\na: { script: "$[[ inputs.i | a | b | c | d ]]" }\n';
    expect(saidOf(pipelineOf(many))).toEqual(['inputs .gitlab-ci.yml:3 $[[ inputs.i | a | b | c | d ]]']);
    const listed =
      'spec: { inputs: { i: { type: array, options: [x, y] }, v: { regex: "^v[0-9]+$", default: v1 } } }\n---\na: { script: x }\n';
    const include = (inputs: string) =>
      saidOf(pipelineOf(`include: [{ local: a.yml, inputs: { ${inputs} } }]\n`, { 'a.yml': listed }));
    expect(include('i: [x], v: v22')).toEqual([]);
    expect(include('i: [x, z], v: 22')).toEqual([
      'inputs .gitlab-ci.yml:1 i: list',
      'inputs .gitlab-ci.yml:1 v: 22',
    ]);
    expect(include('i: [x], v: "22"')).toEqual(['inputs .gitlab-ci.yml:1 v: 22']);
    const flag = 'spec: { inputs: { i: { type: boolean } } }\n---\na: { script: x }\n';
    expect(saidOf(pipelineOf(flag, {}, { inputs: { i: 'true' } }))).toEqual([]);
    expect(saidOf(pipelineOf(flag))).toEqual(['inputs .gitlab-ci.yml:1 no value for input i']);
  });

  test('of a command line have the type that is declared', () => {
    const typed = `spec:
  inputs:
    copies: { type: number }
    quick: { type: boolean }
    tags: { type: array }
---
a:
  script: x
  parallel: $[[ inputs.copies ]]
  interruptible: $[[ inputs.quick ]]
  tags: $[[ inputs.tags ]]
`;
    const pipeline = pipelineOf(
      typed,
      {},
      { inputs: { copies: '3', quick: 'true', tags: '["amd64", "spot"]' } },
    );
    expect(pipeline.problems).toEqual([]);
    expect([jobOf(pipeline, 'a').copies, jobOf(pipeline, 'a').tags]).toEqual([3, ['amd64', 'spot']]);
    const wrong = pipelineOf(typed, {}, { inputs: { copies: 'three', quick: 'yes', tags: 'amd64' } });
    expect(wrong.problems.map(({ found, fix }) => [found, fix])).toEqual([
      ['copies: three', 'write a value of type number'],
      ['quick: yes', 'write a value of type boolean'],
      ['tags: amd64', 'write a value of type array, for example \'["a", "b"]\''],
    ]);
  });

  test('of the pipeline itself may be given', () => {
    expect(tagsOf(pipelineOf(file, {}, { inputs: { name: 'b' } }))).toEqual({ 'build-b': ['spot'] });
  });
});

describe('parallel', () => {
  test('makes a job of each cell, with its name as GitLab shows it', () => {
    const pipeline = pipelineOf(`
build:
  tags: [$ARCH, "\${CAPACITY}"]
  parallel:
    matrix:
      - { ARCH: [amd64, arm64], CAPACITY: spot }
      - { ARCH: amd64, CAPACITY: on-demand }
  script: x
`);
    expect(tagsOf(pipeline)).toEqual({
      'build: [amd64, spot]': ['amd64', 'spot'],
      'build: [arm64, spot]': ['arm64', 'spot'],
      'build: [amd64, on-demand]': ['amd64', 'on-demand'],
    });
  });

  test('as a number makes copies', () => {
    expect(jobOf(pipelineOf('a: { parallel: 5, script: x }\n'), 'a').copies).toBe(5);
  });

  test.each([
    ['parallel: 0', 'parallel: 0'],
    ['parallel: 201', 'parallel: 201'],
    ['parallel: many', 'parallel: many'],
    ['parallel: "5"', 'parallel: 5'],
    ['parallel: { matrix: [text] }', 'matrix'],
    ['parallel: { matrix: [{ A: { b: c } }] }', 'matrix'],
    [
      `parallel: { matrix: [{ A: [${Array.from({ length: 201 }, (_, index) => index).join(', ')}] }] }`,
      'a matrix of 201 jobs',
    ],
  ])('%s is refused', (text, found) => {
    expect(saidOf(pipelineOf(`a: { script: x, ${text} }\n`))).toEqual([`matrix .gitlab-ci.yml:1 ${found}`]);
  });
});

describe('variables in tags', () => {
  test('are replaced once: of the top, the job, and of the project, which wins', () => {
    const text =
      'variables: { A: { value: one, description: d }, B: two }\njob: { tags: [$A, "x-${B}", "%C%"], variables: { C: three }, script: x }\n';
    expect(tagsOf(pipelineOf(text))).toEqual({ job: ['one', 'x-two', 'three'] });
    expect(tagsOf(pipelineOf(text, {}, { variables: { A: 'project' } }))).toEqual({
      job: ['project', 'x-two', 'three'],
    });
  });

  test('that name others stay as they are written, which is reported', () => {
    const pipeline = pipelineOf('variables: { A: $B, B: two }\njob: { tags: [$A], script: x }\n');
    expect(tagsOf(pipeline)).toEqual({ job: ['$B'] });
    expect(saidOf(pipeline)).toEqual(['tag-variable .gitlab-ci.yml:2 $A']);
    // GitLab accepts it.
    expect(pipeline.problems[0].severity).toBe('warning');
  });

  test('that nothing sets leave the tags open', () => {
    expect(jobOf(pipelineOf('job: { tags: [$RUNNER], script: x }\n'), 'job').open).toBe(
      'the value of $RUNNER in its tags',
    );
  });

  test('of rules of the job come too late, and those of workflow:rules only sometimes', () => {
    const late = pipelineOf(
      'job:\n  tags: [$A]\n  rules: [{ when: always, variables: { A: x } }]\n  script: x\n',
    );
    expect(saidOf(late)).toEqual(['tag-variable .gitlab-ci.yml:2 $A']);
    expect(late.problems[0].severity).toBe('warning');
    const some = pipelineOf(
      'variables: { A: x }\nworkflow: { rules: [{ if: $B, variables: { A: y } }, { when: always }] }\njob: { tags: [$A], script: x }\n',
    );
    expect(jobOf(some, 'job').open).toBe('the value of $A in its tags');
  });
});

describe('tags', () => {
  test('that are no list are refused, in default too', () => {
    const { problems } = pipelineOf(
      'default: { tags: $ARCH }\na: { script: x }\nb:\n  script: x\n  tags: 1.10\n',
    );
    expect(problems.map(({ at, found, fix, jobs }) => [at.line, found, fix, jobs])).toEqual([
      [1, 'tags: $ARCH', 'write [$ARCH]', ['a']],
      [5, 'tags: 1.10', 'write [1.10]', ['b']],
    ]);
  });

  test('that are numbers, tables or too many are refused', () => {
    expect(
      saidOf(pipelineOf('a:\n  tags: [1.10]\n  script: x\nb:\n  tags: [{ a: b }]\n  script: x\n')),
    ).toEqual(['shape .gitlab-ci.yml:2 tags: 1.10', 'shape .gitlab-ci.yml:5 tags: table']);
    // YAML 1.1 reads it as true.
    expect(pipelineOf('a: { script: x, tags: [yes] }\n').problems[0].fix).toBe('write "yes" in quotes');
    expect(pipelineOf('a: { script: x, tags: [amd64, ~] }\n').problems[0].fix).toBe('remove it');
    const many = Array.from({ length: 50 }, (_, index) => `t${index}`).join(', ');
    expect(saidOf(pipelineOf(`a: { tags: [${many}], script: x }\n`))).toEqual([
      'shape .gitlab-ci.yml:1 50 tags',
    ]);
  });
});

describe('names', () => {
  test('that are keywords are refused for jobs, and keywords that are used as such are not', () => {
    const job = '{ stage: test, tags: [a], script: [x] }';
    const names = ['after_script', 'before_script', 'cache', 'image', 'services', 'stages', 'variables'];
    const { problems } = pipelineOf(
      `${names.map((name) => `${name}: ${job}`).join('\n')}\na: { script: x }\n`,
    );
    expect(problems.map(({ id, at, found }) => [id, at.line, found])).toEqual(
      names.map((name, index) => ['pipelines/shape', index + 1, `a job with the name ${name}`]),
    );
    expect(problems[1].fix).toBe('give the job another name, for example before-script-job');
    const good = `
image: { name: alpine, entrypoint: [x] }
cache: { key: a, paths: [b], when: always }
variables: { script: x, tags: { value: a }, stage: prod }
a: { script: x }
`;
    expect(saidOf(pipelineOf(good))).toEqual([]);
  });

  test('that are misspelled are refused with the one that is meant; one like none may be newer, and is a warning', () => {
    const text = `
a:
  tag: [amd64]
  scirpt: x
  script: x
  brand_new_keyword: 1
  retry: { max: 3, when: [runner_system_failre, runner_provisioning_timeout] }
  artifacts: { reports: { junitt: a.xml }, path: [b] }
`;
    const { problems } = pipelineOf(text);
    const maybe = 'remove it, or make sure that your version of GitLab documents it';
    expect(problems.map(({ severity, at, found, fix }) => [severity, at.line, found, fix])).toEqual([
      ['error', 3, 'tag', 'write tags'],
      ['error', 4, 'scirpt', 'write script'],
      ['warning', 6, 'brand_new_keyword', maybe],
      ['error', 7, 'retry:max: 3', 'write 2'],
      ['error', 7, 'retry:when: runner_system_failre', 'write runner_system_failure'],
      ['warning', 7, 'retry:when: runner_provisioning_timeout', maybe],
      ['error', 8, 'artifacts:reports:junitt', 'write junit'],
      ['error', 8, 'artifacts:path', 'write paths'],
    ]);
    expect(problems[2].why).toMatch(
      /^GitLab's schema of \w+ \d{4} does not have this name: a server that does not know it refuses the pipeline$/,
    );
  });
});

describe('values of another type than GitLab takes', () => {
  test('are refused, all at once, each at its line', () => {
    const text = `
variables: 5
default: []
a:
  script: x
  image: []
  services: redis
  retry: []
  rules: { if: x }
  inherit: no
  cache: x
  timeout: {}
  artifacts:
    expire_in: 5
    when: sometimes
    paths: a
  environment: { url: https://a }
  needs: [1]
`;
    expect([...saidOf(pipelineOf(text))].sort()).toEqual(
      [
        'shape .gitlab-ci.yml:2 variables: 5',
        'shape .gitlab-ci.yml:3 default: a list',
        'shape .gitlab-ci.yml:6 image: a list',
        'shape .gitlab-ci.yml:7 services: redis',
        'shape .gitlab-ci.yml:8 retry: a list',
        'shape .gitlab-ci.yml:9 rules: a table',
        'shape .gitlab-ci.yml:10 inherit: no',
        'shape .gitlab-ci.yml:11 cache: x',
        'shape .gitlab-ci.yml:12 timeout: a table',
        'shape .gitlab-ci.yml:14 artifacts:expire_in: 5',
        'shape .gitlab-ci.yml:15 artifacts:when: sometimes',
        'shape .gitlab-ci.yml:16 artifacts:paths: a',
        'shape .gitlab-ci.yml:17 environment without name',
        'shape .gitlab-ci.yml:18 needs: 1',
      ].sort(),
    );
    const { why, fix } = pipelineOf('services: { x: y }\na: { script: x }\n').problems[0];
    expect([why, fix]).toEqual([
      'a list of texts and tables is wanted here, and GitLab refuses the pipeline',
      'write a list of texts and tables, or leave it out',
    ]);
  });

  test('are refused in includes and in the header of inputs, too', () => {
    const text = `
spec:
  inputs:
    arch: { defualt: amd64, type: text }
---
include:
  - local: a.yml
    ruels: [{ if: $A }]
    rules: [{ if: $A, when: sometimes }]
a: { script: x }
`;
    expect(
      saidOf(pipelineOf(text, { 'a.yml': 'b: { script: x }' })).filter((one) => /shape/.test(one)),
    ).toEqual([
      'shape .gitlab-ci.yml:4 spec:inputs:arch:defualt',
      'shape .gitlab-ci.yml:4 spec:inputs:arch:type: text',
      'shape .gitlab-ci.yml:8 include:ruels',
      'shape .gitlab-ci.yml:9 include:rules:when: sometimes',
    ]);
  });

  test('name what is wrong within a table where a text may be, too', () => {
    const [{ found, why, fix }] = pipelineOf(
      'a: { script: x, image: { name: alpine, entrypont: [sh] } }\n',
    ).problems;
    expect([found, why, fix]).toEqual([
      'image:entrypont',
      'GitLab does not know this name, and refuses the pipeline',
      'write entrypoint',
    ]);
  });

  test('are those of the job as a whole: lists within lists, references and merged tables', () => {
    const text = `
.rules: { rules: [{ if: $A, when: maybe }], list: [[a, [b]], c] }
a: { script: [!reference [.rules, list], d], rules: [!reference [.rules, rules]], needs: null, image: null }
`;
    expect(saidOf(pipelineOf(text))).toEqual(['shape .gitlab-ci.yml:2 rules:when: maybe']);
  });

  test('are not judged where what is not read may bring the rest, or GitLab fills them in', () => {
    const include = 'include: [{ project: a/b, file: c.yml }]\n';
    expect(saidOf(pipelineOf(`${include}a: { script: x, environment: { url: https://a } }\n`))).toEqual([]);
    expect(saidOf(pipelineOf('a: { script: x, interruptible: "$[[ matrix.A ]]" }\n'))).toEqual([]);
    // A hidden job is not one before something extends it.
    expect(saidOf(pipelineOf('.h: { image: 5, foo: bar }\na: { script: x }\n'))).toEqual([]);
  });
});

test('a name of a job has 1 to 255 characters', () => {
  expect(saidOf(pipelineOf(`"": { script: x }\n${'n'.repeat(256)}: { script: x }\n`))).toEqual([
    'shape .gitlab-ci.yml:1 a job without a name',
    'shape .gitlab-ci.yml:2 a name of 256 characters',
  ]);
  expect(saidOf(pipelineOf(`${'é'.repeat(255)}: { script: x }\n`))).toEqual([]);
});

test('a pipeline of thousands of jobs is read in seconds', () => {
  const jobs = Array.from(
    { length: 3000 },
    (_, index) => `j${index}: { script: x, needs: [${index === 0 ? '' : `j${index - 1}`}] }\n`,
  );
  const started = process.cpuUsage();
  expect(pipelineOf(jobs.join('')).problems).toEqual([]);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});

describe('keywords that exclude each other', () => {
  const said = (job: string) =>
    pipelineOf(`a:\n${job}`).problems.map(({ at, found, fix }) => [at.line, found, fix]);

  test('rules and only or except', () => {
    expect(said('  script: x\n  rules: [{ if: $A }]\n  only: [main]\n  except: null\n')).toEqual([
      [4, 'only besides rules', 'write its conditions as rules, and remove only'],
    ]);
  });

  test('trigger and what only runners read', () => {
    expect(said('  trigger: a/b\n  tags: [x]\n  script: x\n')).toEqual([
      [4, 'script besides trigger', 'remove script'],
      [3, 'tags besides trigger', 'remove tags'],
    ]);
    expect(
      said(
        '  trigger: { include: { local: a.yml }, strategy: depend }\n  variables: { A: b }\n  needs: []\n',
      ),
    ).toEqual([]);
  });
});

test.each([
  ['soon', 1],
  ['2 ours', 1],
  ['0', 1],
  ['3600', 1],
  ['1:30:00', 1],
  ['"0"', 1],
  ['""', 1],
  ['"3600"', 0],
  ['"1:30:00"', 0],
  ['3h 30m', 0],
  ['1 hour, 20 mins plus 5s', 0],
  ['one and a half hours', 0],
  ['2 wks', 0],
  ['day', 0],
])('timeout: %s is a duration that GitLab reads, or is refused', (timeout, count) => {
  expect(saidOf(pipelineOf(`a:\n  script: x\n  timeout: ${timeout}\n`))).toHaveLength(count);
});

test('a pipeline without a visible job is refused, unless what GitLab fetches may bring one', () => {
  for (const text of ['', '# nothing\n', '.hidden: { script: x }\n', 'include: [{ local: a.yml }]\n'])
    expect([text, saidOf(pipelineOf(text, { 'a.yml': 'stages: [a]\n' }))]).toEqual([
      text,
      ['shape .gitlab-ci.yml:1 no jobs'],
    ]);
  expect(saidOf(pipelineOf('include: [{ template: Jobs/SAST.gitlab-ci.yml }]\n'))).toEqual([]);
  expect(saidOf(pipelineOf('a: [unclosed\n'))).not.toContain('shape .gitlab-ci.yml:1 no jobs');
});

describe('a stage', () => {
  test('that the pipeline does not list is refused, with the one that is meant', () => {
    const words = (text: string) =>
      pipelineOf(text).problems.map(({ at, found, fix }) => [at.line, found, fix]);
    const text = `
stages: [lint, deploy]
a: { script: x, stage: lint }
b: { script: x, stage: .pre }
c: { script: x, stage: deplyo }
d: { script: x }
e: { trigger: a/b, stage: nope }
`;
    expect(words(text)).toEqual([
      [5, 'stage: deplyo', 'write deploy'],
      [6, 'no stage', 'write one of these stages, or add test to stages'],
      [7, 'stage: nope', 'write one of these stages, or add nope to stages'],
    ]);
    expect(words('a: { script: x, stage: deploy }\nb: { script: x }\n')).toEqual([]);
    expect(words('a: { script: x, stage: lint }\n')).toHaveLength(1);
  });

  test('is not judged where what only GitLab reads may list it', () => {
    expect(
      saidOf(pipelineOf('include: [{ project: a/b, file: c.yml }]\na: { script: x, stage: own }\n')),
    ).toEqual([]);
    for (const text of ['include: gone.yml\n', '.b: { extends: .gone }\n'])
      expect(saidOf(pipelineOf(`${text}a: { script: x, stage: own }\n`))).toHaveLength(1);
  });
});

describe('needs', () => {
  const said = (text: string, settings = {}) =>
    pipelineOf(text, {}, settings).problems.map(({ id, at, found, fix }) => [
      id.replace('pipelines/', ''),
      at.line,
      found,
      fix,
    ]);

  test('name jobs of the pipeline, whatever cell or copy, by any stage up to their own', () => {
    const text = `
build: { script: x, stage: build, parallel: { matrix: [{ A: [one, two] }] } }
copies: { script: x, stage: build, parallel: 2 }
a: { script: x, needs: [build, "build: [one]", { job: "copies 2/2" }, { job: b, optional: true }] }
b: { script: x, needs: [], dependencies: [build], rules: [{ if: $X, needs: [copies] }] }
c: { script: x, needs: [{ pipeline: $UP, job: other }, { project: g/p, job: x, ref: main, artifacts: true }] }
d: { script: x, needs: [{ job: gone, optional: true }] }
e: { script: x, needs: [build], dependencies: [build] }
`;
    expect(said(text)).toEqual([]);
  });

  test('to a job that is nowhere, later, listed twice or itself are refused', () => {
    const text = `
build: { script: x, stage: build, needs: [test-unit] }
build-all: { script: x, stage: build }
test-unit:
  script: x
  needs: [build-al, build, build]
  dependencies: [deploy]
deploy: { script: x, stage: deploy, needs: [deploy] }
`;
    expect(said(text)).toEqual([
      ['needs', 2, 'needs: test-unit', 'move one of the jobs to another stage, or remove it from the list'],
      ['needs', 6, 'needs: build-al', 'write build-all'],
      [
        'needs',
        7,
        'dependencies: deploy',
        'move one of the jobs to another stage, or remove it from the list',
      ],
      ['needs', 6, 'needs: build', 'keep one'],
      ['needs', 6, 'needs: build', 'remove one of these needs'],
      ['needs', 8, 'needs: deploy', 'remove one of these needs'],
    ]);
  });

  test('to a job that rules keep out are refused where the needing job is certainly there', () => {
    const text = `
workflow: { rules: [{ when: always }] }
a: { script: x, rules: [{ if: $CI_PIPELINE_SOURCE == "push" }] }
b: { script: x, needs: [a] }
`;
    expect(said(text)).toEqual([]);
    expect(said(text, { variables: { CI_PIPELINE_SOURCE: 'push' } })).toEqual([]);
    expect(said(text, { variables: { CI_PIPELINE_SOURCE: 'web' } })).toEqual([
      ['needs', 4, 'needs: a', 'write { job: <name>, optional: true }, or give both jobs the same rules'],
    ]);
  });
});

describe('only and except', () => {
  const text = `
usual: { script: x }
requests: { script: x, only: [merge_requests] }
tags: { script: x, only: [tags] }
main: { script: x, only: { refs: [main, /^release-/] } }
not-main: { script: x, except: [main] }
pushes: { script: x, only: [pushes, web] }
fork: { script: x, only: [branches@other/project] }
variables: { script: x, only: { variables: ['$A == "x"'] } }
changes: { script: x, only: { changes: [a] } }
ruled: { script: x, rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event" }] }
`.replace('\nvariables:', '\nby-variables:');
  const never = (variables: Readonly<Record<string, string>>, head = '') =>
    pipelineOf(head + text, {}, { variables }).never;

  test('decide nothing without the branch or tag', () => {
    expect(never({})).toEqual([]);
  });

  test('decide by branch, tag, source and variables', () => {
    expect(never({ CI_COMMIT_BRANCH: 'main' })).toEqual(['tags', 'not-main']);
    expect(never({ CI_COMMIT_BRANCH: 'topic', CI_PIPELINE_SOURCE: 'push', A: 'y' })).toEqual([
      'requests',
      'tags',
      'main',
      'by-variables',
      'ruled',
    ]);
    expect(never({ CI_COMMIT_TAG: 'v1', CI_PIPELINE_SOURCE: 'api', CI_PROJECT_PATH: 'a/b' })).toEqual([
      'requests',
      'main',
      'pushes',
      'fork',
      'ruled',
    ]);
    expect(never({ CI_COMMIT_BRANCH: 'release-1', CI_PROJECT_PATH: 'other/project' })).toEqual(['tags']);
  });

  test('keep jobs without any of them out of pipelines for merge requests, unless the workflow has rules', () => {
    const request = { CI_PIPELINE_SOURCE: 'merge_request_event' };
    expect(never(request)).toEqual([
      'usual',
      'tags',
      'main',
      'not-main',
      'pushes',
      'fork',
      'by-variables',
      'changes',
    ]);
    expect(never(request, 'workflow: { rules: [{ when: always }] }')).not.toContain('usual');
  });
});

describe('rules', () => {
  const text = `
never: { script: x, rules: [{ when: never }] }
merge: { script: x, rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event" }] }
other: { script: x, rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event", when: never }, { when: on_success }] }
files: { script: x, rules: [{ if: $CI_PIPELINE_SOURCE == "push", changes: [a], when: never }, { when: always }] }
`;
  test('keep a job out only where they decide', () => {
    expect(pipelineOf(text).never).toEqual(['never']);
    expect(pipelineOf(text, {}, { variables: { CI_PIPELINE_SOURCE: 'push' } }).never).toEqual([
      'never',
      'merge',
    ]);
    expect(pipelineOf(text, {}, { variables: { CI_PIPELINE_SOURCE: 'merge_request_event' } }).never).toEqual([
      'never',
      'other',
    ]);
  });

  test('look at the files of the project', () => {
    const files = { Dockerfile: '', 'src/deep/main.go': 'x', '.hidden/a.tf': 'x' };
    const never = (exists: string, settings = {}) =>
      pipelineOf(`a: { script: x, rules: [{ exists: ${exists} }] }\n`, files, settings).never.length === 1;
    for (const exists of [
      '[Dockerfile]',
      '["*file"]',
      '["**/*.go"]',
      '["src/**/main.go"]',
      '["**/*.{tf,hcl}"]',
      '{ paths: ["src/*/[l-n]ain.go"] }',
      '[none, Dockerfile]',
      '[$NAME]',
      '["$NAME/*"]',
      '{ paths: [none], project: a/b }',
    ])
      expect([exists, never(exists)]).toEqual([exists, false]);
    for (const exists of [
      '[main.go]',
      '["*.go"]',
      '["src/*.go"]',
      '[/Dockerfile]',
      '["src/**"]',
      '["**/*.js"]',
    ])
      expect([exists, never(exists)]).toEqual([exists, true]);
    expect(never('[$NAME]', { variables: { NAME: 'none' } })).toBe(true);
  });

  test('take a pattern for one that matches where GitLab stops counting', () => {
    const many = Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`f${index}`, '']));
    const never = (exists: string) =>
      pipelineOf(`a: { script: x, rules: [{ exists: ${exists} }] }\n`, many).never;
    expect(never('["a*"]')).toEqual(['a']);
    expect(never('["a*", "b*"]')).toEqual([]);
    expect(never('[a, b]')).toEqual(['a']);
  });

  test('of changes decide nothing', () => {
    for (const changes of ['[a]', '{ paths: [a], compare_to: main }'])
      expect(pipelineOf(`a: { script: x, rules: [{ changes: ${changes} }] }\n`).never).toEqual([]);
  });

  test('of the workflow keep all out', () => {
    expect(pipelineOf('workflow: { rules: [{ when: never }] }\na: { script: x }\n').never).toEqual(['a']);
  });

  test('are not decided by variables of the file, which a project or a person may set otherwise', () => {
    expect(
      pipelineOf('variables: { A: "no" }\na: { script: x, rules: [{ if: $A == "yes" }] }\n').never,
    ).toEqual([]);
  });
});
