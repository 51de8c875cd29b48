import { type Command, InvalidArgumentError } from 'commander';
import { type CheckSettings, DEFAULT_CONTROLLER } from '../cluster/observe';

/** Options that say how Karpenter's controller is set. */
export interface ControllerOptions {
  readonly vmMemoryOverhead: number;
  readonly reservedEnis: number;
}

/** Adds the settings of Karpenter's controller to a command. */
export function addControllerOptions(command: Command): Command {
  return command
    .option(
      '--vm-memory-overhead <share>',
      'VM_MEMORY_OVERHEAD_PERCENT of Karpenter: the share of memory that never reaches a node',
      share,
      DEFAULT_CONTROLLER.vmMemoryOverheadPercent,
    )
    .option(
      '--reserved-enis <count>',
      'RESERVED_ENIS of Karpenter: network interfaces of a node whose addresses pods do not get',
      count,
      DEFAULT_CONTROLLER.reservedEnis,
    );
}

/** What the options say of the controller. */
export function controllerOf({
  vmMemoryOverhead,
  reservedEnis,
}: ControllerOptions): CheckSettings['controller'] {
  return { vmMemoryOverheadPercent: vmMemoryOverhead, reservedEnis };
}

function share(text: string): number {
  if (!/^0?\.\d{1,6}$|^0$/.test(text))
    throw new InvalidArgumentError('It must be a share below 1, for example 0.075.');
  return Number(text);
}

function count(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, for example 1.');
  return Number(text);
}
