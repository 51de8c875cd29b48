import { Command } from 'commander';
import { CHECKS } from '../checks/all';
import type { Check, Rule } from '../checks/check';
import { OLD_GROUPS, pageOf } from '../checks/rule-id';
import { nearestName } from '../values/suggest';
import { complain } from './complain';
import { packageFile } from './package-file';

const HELP = `
Without a rule it lists all of them; with a group, those of the group.

Exit code: 0 explained, 2 no such rule.`;

/** `explain [rule]`: what a rule of the proof means, YAML that is wrong and right, and when to silence it. */
export function explainCommand(): Command {
  return new Command('explain')
    .usage('[rule]')
    .description('Explain a rule of check: what it means, YAML that is wrong and right, when to silence it.')
    .argument('[rule]', 'a rule or a group of rules, for example pools-usable/no-type')
    .addHelpText('after', HELP)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action((asked: string | undefined) => {
      process.exitCode = explain(asked);
    });
}

function explain(asked: string | undefined): number {
  if (asked === undefined) {
    process.stdout.write(CHECKS.map(groupText).join('\n'));
    return 0;
  }
  // Annotations have a dot where rules have a slash.
  const [name, what] = asked
    .replace(/^silence-/, '')
    .replace('.', '/')
    .split('/');
  const group = OLD_GROUPS[name] ?? name;
  if (group !== name) process.stdout.write(`${name} is now ${group}.\n\n`);
  const id = what === undefined ? group : `${group}/${what}`;
  const check = CHECKS.find((one) => one.id === id);
  if (check) process.stdout.write(groupText(check));
  else if (CHECKS.some(({ rules }) => rules.some((rule) => rule.id === id)))
    process.stdout.write(ruleText(id));
  else return unknown(asked, id);
  return 0;
}

function groupText({ id, title, rules }: Check): string {
  const width = Math.max(...rules.map((rule) => rule.id.length));
  const lines = rules.map((rule: Rule) => `  ${rule.id.padEnd(width)}  ${rule.title}\n`);
  return `${id}: ${title}\n${lines.join('')}`;
}

function ruleText(id: string): string {
  return `# ${id}\n${sectionOfRule(id)}`.trimEnd().concat('\n');
}

/** The section of a rule in the page of its group, as Markdown without its heading; empty where there is none. */
export function sectionOfRule(id: string): string {
  const [file, section] = pageOf(id).split('#');
  const page = packageFile(file);
  const found = page.split(/^(?=## )/m).find((text) => text.startsWith(`## ${section}\n`));
  return found?.replace(/^## .*\n/, '').replace(/^###/gm, '##') ?? '';
}

function unknown(asked: string, id: string): number {
  const rules = CHECKS.flatMap((check) => check.rules.map((rule) => rule.id));
  const whats = rules.filter((rule) => rule.endsWith(`/${asked}`));
  const near = whats[0] ?? nearestName(id, [...rules, ...CHECKS.map((check) => check.id)]);
  complain(
    `There is no rule ${asked}. ${near === undefined ? 'explain without an argument lists them.' : `Did you mean ${near}?`}`,
  );
  return 2;
}
