import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instanceTypes } from '../../lib/karpenter/instance-types';
import { freePorts } from './ports';
import { Program } from './program';

/** An AWS of this machine. */
export interface Cloud {
  readonly program: Program;
  readonly url: string;
  readonly pricesUrl: string;
}

/**
 * Starts moto with what Karpenter asks for beyond it, at the prices of this project's catalogue.
 *
 * @param packages folder of Python packages
 * @param cluster name of the EKS cluster
 */
export async function startCloud(
  packages: string,
  folder: string,
  logs: string,
  cluster: string,
): Promise<Cloud> {
  const [port, pricesPort] = await freePorts(2);
  const prices = join(folder, 'prices.json');
  const known = instanceTypes().filter(({ onDemandUsdPerHour }) => onDemandUsdPerHour !== undefined);
  writeFileSync(
    prices,
    JSON.stringify(
      Object.fromEntries(known.map(({ name, onDemandUsdPerHour }) => [name, onDemandUsdPerHour])),
    ),
  );
  const program = Program.start(
    {
      name: 'moto',
      command: 'python3',
      args: ['tools/engines/cloud.py', String(port), String(pricesPort), cluster, prices],
      env: { PYTHONPATH: packages },
    },
    logs,
  );
  await program.ready(async () => /^ready$/m.test(readFileSync(program.log, 'utf8')));
  return { program, url: `http://127.0.0.1:${port}`, pricesUrl: `http://127.0.0.1:${pricesPort}` };
}
