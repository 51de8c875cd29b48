import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './ports';
import { Program } from './program';

/** The account that may push and pull; the hash in `HTPASSWD` is of its password. */
export const REGISTRY_USER = 'gitlab-ci-token';
export const REGISTRY_PASSWORD = 'job-token';
const HTPASSWD = `${REGISTRY_USER}:$2b$04$vjBIlFX8GeGQPlBsREp8Bu5z3193xvAIeem30wxazZy.fLQkd9N8S\n`;

/** An image registry on the loopback, which asks for a password. */
export interface Registry {
  /** Host and port, as images name it. */
  readonly address: string;
  /** A home folder whose config lets Buildah use the registry without TLS. */
  readonly clientHome: string;
  stop(): Promise<void>;
}

/** Starts Docker's registry with its files in a folder. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const passwords = write('htpasswd', HTPASSWD);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'images') } },
    http: { addr: address },
    auth: { htpasswd: { realm: 'images', path: passwords } },
  };
  const args = ['serve', write('registry.yaml', JSON.stringify(config))];
  const program = Program.start({ name: 'registry', command: 'docker-registry', args }, folder);
  await program.ready(async () => (await fetch(`http://${address}/v2/`)).status === 401);
  const clientHome = join(folder, 'home');
  mkdirSync(join(clientHome, '.config/containers'), { recursive: true });
  write(
    'home/.config/containers/registries.conf',
    `[[registry]]\nlocation = "${address}"\ninsecure = true\n`,
  );
  return { address, clientHome, stop: () => program.stop() };
}
