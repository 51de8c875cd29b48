import type { FleetStatus } from './drift';

/** A call of GitLab's API that updates a runner. */
export interface UpdateCall {
  readonly name: string;
  readonly id: number;
  /** What it sets, and nothing else. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The fewest calls that make GitLab match the description: one for each runner that differs. None creates, deletes or resets. */
export function updateCalls({ runners }: FleetStatus): readonly UpdateCall[] {
  return runners.flatMap(({ name, id, drifts }) => {
    const body = Object.assign({}, ...drifts.map(({ set }) => set ?? {})) as UpdateCall['body'];
    return id === undefined || Object.keys(body).length === 0 ? [] : [{ name, id, body }];
  });
}

/** How many differences no call can fix. */
export function leftToDo({ runners, leftOver }: FleetStatus): number {
  return (
    leftOver.length + runners.flatMap(({ drifts }) => drifts.filter(({ set }) => set === undefined)).length
  );
}
