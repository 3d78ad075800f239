import type { Radosgw } from "./radosgw.ts";

/** Keys of a user who may do nothing but assume roles, as the environment gives them. */
export const CALLER = { AWS_ACCESS_KEY_ID: "CALLER", AWS_SECRET_ACCESS_KEY: "caller-secret" };

const TRUST = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam:::user/caller"] },
    Action: ["sts:AssumeRole"],
  },
};

/** Makes the user and a role that it may assume; answers with the role's ARN. */
export function makeCallerAndRole(
  server: Radosgw,
  name: string,
  allowed: { readonly Action: readonly string[]; readonly Resource: readonly string[] },
): string {
  const keys = [
    ["--access-key", CALLER.AWS_ACCESS_KEY_ID],
    ["--secret-key", CALLER.AWS_SECRET_ACCESS_KEY],
  ].flat();
  server.admin("user", "create", "--uid", "caller", "--display-name", "caller", ...keys);
  const role = ["--role-name", name];
  server.admin("role", "create", ...role, "--assume-role-policy-doc", JSON.stringify(TRUST));
  const policy = { Version: "2012-10-17", Statement: { Effect: "Allow", ...allowed } };
  const doc = ["--policy-name", name, "--policy-doc", JSON.stringify(policy)];
  server.admin("role-policy", "put", ...role, ...doc);
  return `arn:aws:iam:::role/${name}`;
}
