/** Environment variable: a folder to render into instead of `dist/`, with the same guarantees. */
export const OUTPUT_FOLDER = 'RUNNER_FLEET_OUTPUT';
