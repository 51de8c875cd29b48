import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { makePageData, type PageInput } from '../../lib/page/data/make-page-data';
import type { PageData } from '../../lib/page/data/page-data';
import { makeReport } from '../../lib/report/report';
import { diffOf } from '../diff/revisions';
import { parsed } from '../fixtures/files';

/** What `check` and the planner read of files, as one cluster. */
export function clusterOf(files: readonly SourceFile[], name?: string): PageInput['clusters'][number] {
  const subject = observe(parsed(files));
  return { subject, report: makeReport(name, subject, runChecks(subject)) };
}

/** What the page of files shows, with what differs from earlier ones where these are given. */
export function pageOf(files: readonly SourceFile[], earlier?: readonly SourceFile[]): PageData {
  return makePageData({
    clusters: [clusterOf(files)],
    comparison: earlier && comparisonOf(files, earlier),
    explain: (rule) => `What ${rule} means.\n\n## Wrong\n\n\`\`\`yaml\na: b\n\`\`\`\n`,
  });
}

function comparisonOf(
  files: readonly SourceFile[],
  earlier: readonly SourceFile[],
): NonNullable<PageInput['comparison']> {
  return { base: 'main', diffs: [diffOf(earlier, files)], foreign: [] };
}
