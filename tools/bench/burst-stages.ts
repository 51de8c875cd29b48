import { readFileSync } from 'node:fs';
import type { Program } from '../engines/program';

/** What Karpenter says of nodes, in their order. */
const STAGES = [
  ['launched', 'launched nodeclaim'],
  ['registered', 'registered nodeclaim'],
  ['ready', 'initialized nodeclaim'],
] as const;

/** A line of Karpenter's log. */
interface LogLine {
  readonly time: string;
  readonly message: string;
  readonly duration?: string;
  readonly nodeclaims?: number;
  readonly pods?: number;
  readonly NodeClaim?: { readonly name: string };
}

/**
 * What Karpenter did when, as text: each time that it planned new nodes, and from when to when nodes were launched, registered
 * and ready.
 *
 * @param log Karpenter's log, one JSON object a line
 * @param started when the burst began, in milliseconds since 1970
 */
export function describeStages(log: string, started: number): string {
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): LogLine => JSON.parse(line));
  const of = (message: string) => lines.filter((line) => line.message === message);
  const at = ({ time }: LogLine) => ((Date.parse(time) - started) / 1000).toFixed(1);
  const found = of('found provisionable pod(s)');
  const plans = of('computed new nodeclaim(s) to fit pod(s)').map((line, index) => {
    const took = secondsOf(found[index]?.duration ?? '');
    return `  planned ${at(line).padStart(6)} s  ${line.pods} pods on ${line.nodeclaims} new nodes, in ${took.toFixed(1)} s`;
  });
  const stages = STAGES.flatMap(([name, message]) => {
    const those = of(message);
    return those.length > 0
      ? [
          `  ${name}: ${new Set(those.map((line) => line.NodeClaim?.name)).size} nodes, from ${at(those[0])} to ${at(those[those.length - 1])} s`,
        ]
      : [];
  });
  return ['Karpenter', ...plans, ...stages].join('\n');
}

/** A duration as Go writes it, for example `1m5.4s` or `910.2ms`. */
function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/([\d.]+)(ms|m|s)/g)];
  return parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit as keyof typeof SECONDS],
    0,
  );
}

const SECONDS = { m: 60, s: 1, ms: 0.001 };

/** CPU seconds that programs use from now until the result is called, as text, the largest first. */
export function watchCpu(programs: readonly Program[]): () => string {
  const before = new Map(programs.map((program) => [program, program.cpuSeconds()]));
  return () => {
    const used = programs
      .map((program) => ({
        name: program.spec.name,
        seconds: program.cpuSeconds() - (before.get(program) ?? 0),
      }))
      .filter(({ seconds }) => seconds >= 0.5)
      .sort((a, b) => b.seconds - a.seconds);
    const sum = used.reduce((total, { seconds }) => total + seconds, 0);
    const each = used.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)}`).join(', ');
    return `CPU seconds: ${sum.toFixed(0)}, of which ${each}`;
  };
}
