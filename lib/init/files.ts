import { appFiles } from './app-files';
import { gitopsFiles } from './gitops-files';
import { pipelineFiles } from './pipeline-files';
import type { PlannedFile, Project } from './project';
import { readmeFile, renovateFile } from './repository-files';

/** Every file of a new project, besides package.json, which may be there already and is added to. */
export function projectFiles(project: Project): readonly PlannedFile[] {
  return [
    ...appFiles(project),
    ...gitopsFiles(project),
    ...pipelineFiles(project),
    renovateFile(project),
    readmeFile(project),
  ];
}
