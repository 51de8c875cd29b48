/** Stops the engines, whatever the tests found. */
export = async function stop(): Promise<void> {
  await globalThis.runningCluster?.stop();
};
