/** Where tests find what runs. */
export const STATE_FILE = 'build/cluster/state.json';
