/** What a caller may do. Deny by default: a route names the action it needs. */
export const ACTIONS = [
  "objects:read",
  "objects:write",
  "objects:delete",
  "links:read",
  "links:write",
  "cache:admin",
  "metrics:read",
] as const;

export type Action = (typeof ACTIONS)[number];

export interface Grant {
  readonly action: Action;
  /**
   * Prefixes it is limited to, ending in `/`: `private/team-a/` for own objects,
   * `my-car-datasets://cars_2020_20_10/` for links. Absent: everywhere.
   */
  readonly prefixes?: readonly string[];
}

/** Who calls, as far as it is known, and what that allows. */
export interface Principal {
  /** For logs: a token's short fingerprint, a subject, a role's ARN. Never a secret. */
  readonly id: string;
  readonly grants: readonly Grant[];
  /** When that ends, where it is known: the expiry of a signed URL. */
  readonly until?: Date;
}

/** True when one of the grants allows the action on the place (`private/team-a/cat.jpg`). */
export function allows(grants: readonly Grant[], action: Action, place?: string): boolean {
  return grants.some(
    (grant) =>
      grant.action === action &&
      (grant.prefixes === undefined ||
        (place !== undefined && grant.prefixes.some((prefix) => place.startsWith(prefix)))),
  );
}

/** True when the action is granted somewhere at least: the places are then checked one by one. */
export function holds(grants: readonly Grant[], action: Action): boolean {
  return grants.some((grant) => grant.action === action);
}

/** True when the action is granted everywhere, so that no place needs checking. */
export function holdsEverywhere(grants: readonly Grant[], action: Action): boolean {
  return grants.some((grant) => grant.action === action && grant.prefixes === undefined);
}
