import { ApiObject, Chart } from 'cdk8s';
import { Construct, Dependable } from 'constructs';
import colors from 'picocolors';
import { addFleetObjects } from '../../charts/fleet-objects';
import { DescriptionError, Faults, stopAt } from '../fleet/fault';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { resolveFleets } from '../fleet/resolve-fleets';
import type { ResolvedFleet } from '../fleet/resolved-fleet';
import { recordFleets } from './description-file';
import { builtObject, checkOwnObjects } from './own-faults';
import { readOwnManifests } from './own-files';
import { errorsOf } from './prove';
import { textOf } from './render';
import { readSealedFolder } from './sealed-folder';

/** A fleet as a construct: all of a fleet's options, with the construct's id as its name by default. */
export type RunnerFleetConstructProps = Omit<RunnerFleetProps, 'name'> &
  Partial<Pick<RunnerFleetProps, 'name'>>;

/**
 * A fleet of runners in an app or a chart of yours.
 *
 * In a chart its objects are the chart's: with the chart's labels, in its file, and with its namespace as the default of
 * `managerNamespace`. In an app it brings charts of its own: `base`, `karpenter`, `runners`, and with Fargate `cluster`. Sealed tokens are read from
 * `sealed/<name>/` in the working directory.
 *
 * Problems of the description, and errors that the proof finds in what the app will render, arrive when the app is
 * synthesized, as cdk8s validation errors. The proof sees what patches of yours make of the objects.
 *
 * @example
 * const fleet = new RunnerFleet(app, 'acme', { runners: [{ name: 'arm64-spot', arch: 'arm64', capacity: 'spot' }] });
 * fleet.runner('arm64-spot').deployment.metadata.addAnnotation('example.com/team', 'platform');
 */
export class RunnerFleet extends Construct {
  /** Name of the fleet. */
  readonly name: string;
  private readonly problem: DescriptionError | undefined;

  constructor(scope: Construct, id: string, props: RunnerFleetConstructProps) {
    super(scope, id);
    const { namespace } = chartAbove(scope) ?? {};
    const fleet: RunnerFleetProps = {
      ...props,
      name: props.name ?? id,
      managerNamespace: props.managerNamespace ?? namespace,
    };
    this.name = fleet.name;
    recordFleets([fleet]);
    try {
      this.addObjects(resolveFleets([fleet], sealedTokensOf(fleet.name))[0]);
    } catch (error) {
      if (!(error instanceof DescriptionError)) throw error;
      this.problem = error;
    }
    if (chartAbove(scope) === undefined) this.forwardDependencies();
    this.node.addValidation({ validate: () => this.validationErrors() });
  }

  /**
   * The objects of one runner.
   *
   * @param name name of the runner in the description
   * @throws DescriptionError with all problems of the description, if it has any; Error for a name that no runner has
   */
  runner(name: string): RunnerObjects {
    const runners = this.group('runners');
    const group = runners.node.tryFindChild(name);
    if (group === undefined || ApiObject.isApiObject(group)) {
      const names = runners.node.children
        .filter((one) => !ApiObject.isApiObject(one))
        .map(({ node }) => node.id);
      throw new Error(`Fleet ${this.name} has no runner "${name}". Its runners are ${names.join(', ')}.`);
    }
    return new RunnerObjects(group);
  }

  /**
   * A NodePool by its name, for example `gitlab-jobs-arm64-spot`.
   *
   * @throws DescriptionError with all problems of the description, if it has any; Error for a name that no pool has
   */
  nodePool(name: string): ApiObject {
    return this.karpenterObject(['NodePool'], name);
  }

  /**
   * An EC2NodeClass, or a NodeClass of EKS Auto Mode, by its name, for example `gitlab-jobs`.
   *
   * @throws DescriptionError with all problems of the description, if it has any; Error for a name that no class has
   */
  nodeClass(name: string): ApiObject {
    return this.karpenterObject(['EC2NodeClass', 'NodeClass'], name);
  }

  /** Every object of the fleet; none if its description has problems. */
  get objects(): readonly ApiObject[] {
    return objectsBelow(this);
  }

  private addObjects(fleet: ResolvedFleet): void {
    const faults = Faults.collect();
    const own = readOwnManifests(faults.at(fleet.name), fleet);
    stopAt(faults);
    addFleetObjects(this, fleet, own.objects);
    checkOwnObjects(faults, [
      { fleet, path: this.node.path, own, objects: objectsBelow(this).map(builtObject) },
    ]);
    stopAt(faults);
  }

  private karpenterObject(kinds: readonly string[], name: string): ApiObject {
    const all = objectsBelow(this.group('karpenter')).filter(({ kind }) => kinds.includes(kind));
    const found = all.find((object) => object.name === name);
    if (found) return found;
    throw new Error(
      `Fleet ${this.name} has no ${all[0]?.kind ?? kinds[0]} "${name}". It has ${all.map((object) => object.name).join(', ')}.`,
    );
  }

  private group(id: string): Construct {
    if (this.problem) throw this.problem;
    return this.node.findChild(id) as Construct;
  }

  /** cdk8s orders charts and what is in them: outside of a chart, a fleet's dependencies are those of its charts. */
  private forwardDependencies(): void {
    const charts = this.node.children.filter((one): one is Chart => Chart.isChart(one));
    Dependable.implement(this, { dependencyRoots: charts });
    this.node.addDependency = (...dependencies) => {
      for (const chart of charts) chart.node.addDependency(...dependencies);
    };
  }

  private validationErrors(): string[] {
    if (this.problem) return [this.problem.message];
    const others = objectsBelow(this.node.root).filter((object) => !isOfFleet(object));
    const files = [...this.objects, ...others].map((object) => ({
      path: object.node.path,
      text: textOf(object.toJson()),
    }));
    const errors = errorsOf(files, `${this.node.path}/`, colors.createColors(false));
    return errors === '' ? [] : [errors];
  }
}

/** The objects of one runner, for dependencies, labels and patches of yours. */
export class RunnerObjects {
  constructor(private readonly group: Construct) {}

  /** The first manager, which every runner has. */
  get deployment(): ApiObject {
    return this.object('deployment');
  }

  /** All managers: one Deployment each. */
  get deployments(): readonly ApiObject[] {
    return objectsBelow(this.group).filter(({ kind }) => kind === 'Deployment');
  }

  /** The config.toml of each manager, in the order of `deployments`. Immutable, and named by what is in it. */
  get configMaps(): readonly ApiObject[] {
    return objectsBelow(this.group).filter(({ kind }) => kind === 'ConfigMap');
  }

  /** That of the fleet, where its managers share one. */
  get serviceAccount(): ApiObject {
    const isAccount = ({ kind }: ApiObject) => kind === 'ServiceAccount';
    const [own] = objectsBelow(this.group).filter(isAccount);
    return own ?? (objectsBelow(this.group.node.scope as Construct).find(isAccount) as ApiObject);
  }

  get role(): ApiObject {
    return this.object('role');
  }

  get roleBinding(): ApiObject {
    return this.object('rolebinding');
  }

  /** The SealedSecret or ExternalSecret of the token; undefined where the Secret exists already. */
  get token(): ApiObject | undefined {
    return objectsBelow(this.group).find(({ kind }) => kind === 'SealedSecret' || kind === 'ExternalSecret');
  }

  private object(id: string): ApiObject {
    return this.group.node.findChild(id) as ApiObject;
  }
}

function objectsBelow(scope: { readonly node: Construct['node'] }): readonly ApiObject[] {
  return scope.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one));
}

/** Whether an object is of this fleet or of another one in the same app, which may be for another cluster. */
function isOfFleet(object: ApiObject): boolean {
  return object.node.scopes.some((scope) => scope instanceof RunnerFleet);
}

/** The sealed tokens of one fleet: an app may hold others. */
function sealedTokensOf(fleet: string): ReadonlyMap<string, string> {
  const all = readSealedFolder('sealed');
  return new Map([...all].filter(([path]) => path.startsWith(`sealed/${fleet}/`)));
}

function chartAbove(scope: Construct): Chart | undefined {
  return [...scope.node.scopes].reverse().find((one): one is Chart => Chart.isChart(one));
}
