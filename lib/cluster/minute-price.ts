import { fargateUsdPerMinute, formatFargate } from '../karpenter/fargate-sizes';
import { landing, type ObservedRunner } from './observe';

/** What a minute of a job costs. */
export interface MinutePrice {
  /** Instance type, or size on Fargate. */
  readonly type: string;
  /** On demand, in us-east-1, without disks. */
  readonly usdPerMinute: number;
}

/** The least that a job of the default size costs, alone on its machine; undefined where it lands nowhere. */
export function cheapestMinute({ job }: ObservedRunner): MinutePrice | undefined {
  const size = job?.fargate?.size;
  if (size) return { type: formatFargate(size), usdPerMinute: fargateUsdPerMinute(size) };
  const [best] = landing(job)
    .flatMap(({ cheapest }) => cheapest ?? [])
    .sort((a, b) => a.usdPerMinute - b.usdPerMinute);
  return best && { type: best.type.name, usdPerMinute: best.usdPerMinute };
}
