import { instanceType } from '../../lib/karpenter/instance-types';
import { saving, usdPerWork } from '../../lib/karpenter/work-price';

/**
 * Seconds that one transcoding to H.264 took: 4K (776 frames) and 1080p (43,092 frames), one clip at a time,
 * as AWS measured them with FFmpeg 4.4.
 */
export const MEASURED = [
  { type: 'vt1.3xlarge', seconds4k: 14.47632, seconds1080p: 490.82074 },
  { type: 'c5.9xlarge', seconds4k: 30.186221, seconds1080p: 837.20001 },
  { type: 'c6i.8xlarge', seconds4k: 27.05856, seconds1080p: 762.63252 },
] as const;

/** What each clip costs at the prices of the catalogue, as a table of Markdown. */
export function clipTable(): string {
  const [{ type: first, seconds4k: best4k, seconds1080p: best1080p }] = MEASURED;
  const rows = MEASURED.map(({ type, seconds4k, seconds1080p }) => {
    const clips = [usdPerWork(hourly(type), seconds4k), usdPerWork(hourly(type), seconds1080p)];
    const own = [usdPerWork(hourly(first), best4k), usdPerWork(hourly(first), best1080p)];
    const percent = (index: number) => `${(saving(own[index], clips[index]) * 100).toFixed(0)} %`;
    const less = type === first ? '-' : `${percent(0)}, ${percent(1)}`;
    return `| ${type} | ${hourly(type)} | ${seconds4k.toFixed(1)} | ${clips[0].toFixed(5)} | ${seconds1080p.toFixed(0)} | ${clips[1].toFixed(4)} | ${less} |`;
  });
  return [
    `| type | USD/h | s, 4K clip | USD | s, 1080p clip | USD | ${first} saves |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function hourly(name: string): number {
  const price = instanceType(name)?.onDemandUsdPerHour;
  if (price === undefined) throw new Error(`the catalogue has no price of ${name}`);
  return price;
}
