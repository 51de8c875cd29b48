import { printDiffMarkdown } from '../../lib/report/diff-markdown';
import { diffOf } from '../diff/revisions';
import { edited, FLEET } from '../fixtures/files';

const DEPLOYMENT = 'amd64-spot/deployment.yaml';

test('a tag that reads as Markdown notifies nobody, refers to nothing and hides nothing', () => {
  const tags = 'gitlab-runner-fleet/tags: amd64,x86,x86-64,x86_64,spot';
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(FLEET, [DEPLOYMENT, tags, `gitlab-runner-fleet/tags: '@all,#1,<!-- x,a|b,*c*,[d](e)'`]),
    ),
  ]);
  const [unfolded] = note.split('<details>');
  const [row] = unfolded.split('\n').filter((line) => line.includes('tags-to-set'));
  expect(row).toContain('@\u2060all');
  expect(row).toContain('\\#1, \\<\\!-- x, a\\|b, \\*c\\*, \\[d\\](e)');
});

test('a name with ticks stays within its code', () => {
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(FLEET, [
        'nodepool-gitlab-jobs-amd64-spot.yaml',
        'name: gitlab-jobs-amd64-spot',
        'name: "a` @all"',
      ]),
    ),
  ]);
  expect(note).toContain('`NodePool/a @all`');
});
