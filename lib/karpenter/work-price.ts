/**
 * What a unit of work costs, a clip or a build: the measure for accelerators, where the more expensive hour may do the cheaper
 * piece. @see https://aws.amazon.com/ec2/instance-types/vt1/
 */

/** US dollars for a piece of work that keeps an instance busy for so many seconds, `atOnce` of them side by side. */
export function usdPerWork(usdPerHour: number, seconds: number, atOnce = 1): number {
  return (usdPerHour / 3600 / atOnce) * seconds;
}

/** Share by which one figure (price, duration) is below another: 0.75 for a quarter of it, below 0 where it is above. */
export function saving(one: number, other: number): number {
  return (other - one) / other;
}
