import { mkdirSync, writeFileSync } from 'node:fs';
import { type Cluster, startCluster } from '../../tools/engines/cluster';
import { MissingTool } from '../../tools/engines/tools';
import { STATE_FILE } from './state-file';

declare global {
  var runningCluster: Cluster | undefined;
}

/** Starts the engines once, before all tests. */
export = async function start(): Promise<void> {
  mkdirSync('build/cluster', { recursive: true });
  try {
    globalThis.runningCluster = await startCluster('build/cluster/logs');
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    // A machine without the tools has proved nothing: that is no pass.
    console.error(`\n${error.message}`);
    process.exit(1);
  }
  writeFileSync(STATE_FILE, JSON.stringify(globalThis.runningCluster.state));
};
