/** One way to find subnets: by `id` or by `tags`. */
export interface SubnetSelectorTermProps {
  /**
   * Id of the subnet: `subnet-0123456789abcdef0`.
   *
   * @default - none
   */
  readonly id?: string;

  /**
   * Tags of subnets. All of them must match; `*` is any value.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One way to find security groups: by `id`, by `name` or by `tags`. */
export interface SecurityGroupSelectorTermProps {
  /**
   * Id of the group: `sg-0123456789abcdef0`.
   *
   * @default - none
   */
  readonly id?: string;

  /**
   * Name of the group, which is not its tag `Name`.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Tags of groups. All of them must match; `*` is any value.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One way to find capacity reservations. `id` stands alone in its term. */
export interface CapacityReservationSelectorTermProps {
  /**
   * Id of the reservation: `cr-0123456789abcdef0`.
   *
   * @default - none
   */
  readonly id?: string;

  /**
   * Account that owns the reservation: twelve digits.
   *
   * @default - your own account
   */
  readonly ownerID?: string;

  /**
   * Tags of reservations. All of them must match; `*` is any value.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;

  /**
   * Only reservations that any instance of their type may use (`open`), or only those that it must name (`targeted`), which
   * Karpenter does. Not with EKS Auto Mode.
   *
   * @default - both
   */
  readonly instanceMatchCriteria?: 'open' | 'targeted';
}
