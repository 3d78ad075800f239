/** A role or a user, by its bare name: paths and sessions say nothing about who it is. */
export interface IamName {
  readonly account: string;
  readonly kind: "role" | "user";
  readonly name: string;
}

/**
 * Reads the ARN that AWS gives of a caller. `undefined` for what is neither a role's session nor a user
 * (the root user, federated sessions): such callers are granted nothing.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
export function parseCallerArn(arn: string): IamName | undefined {
  const [, account, resource = ""] =
    /^arn:aws(?:-[a-z]+)*:(?:iam|sts)::(\d{12}):([\w+=,.@/-]+)$/.exec(arn) ?? [];
  if (account === undefined) return undefined;
  const [kind, ...rest] = resource.split("/");
  const [role, session, ...more] = rest;
  if (kind === "assumed-role" && role && session && more.length === 0) {
    return { account, kind: "role", name: role };
  }
  const user = rest.at(-1);
  return kind === "user" && user ? { account, kind: "user", name: user } : undefined;
}
