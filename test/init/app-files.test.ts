import { appFiles } from '../../lib/init/app-files';
import type { Compute, Project } from '../../lib/init/project';

const project = (compute: Compute): Project => ({
  name: 'production',
  compute,
  gitlabUrl: 'https://gitlab.example.com',
  folder: '',
  gitops: 'flux',
  gitRepository: 'flux-system',
  ci: 'none',
  stage: 'test',
  packageReference: '0.3.0',
  versions: {},
});
const mainOf = (compute: Compute) =>
  appFiles(project(compute)).find(({ path }) => path === 'main.ts')?.text ?? '';

test('a project for EKS Auto Mode says so in one line of its main.ts, and nothing else differs', () => {
  const line = "    compute: 'eks-auto-mode',\n";
  expect(mainOf('eks-auto-mode')).toContain(line);
  expect(mainOf('eks-auto-mode').replace(line, '')).toBe(mainOf('karpenter'));
});
