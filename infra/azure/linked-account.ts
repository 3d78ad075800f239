import { call, type Expression, parameter } from "./expression.ts";
import { assignRole, ROLES } from "./role-assignment.ts";
import { containerId } from "./storage-account.ts";
import {
  createTemplate,
  resourceId,
  type Resource,
  type Template,
  type Values,
} from "./template.ts";

const BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

/** What the role of a contributor may do besides reading. */
const WRITES = ["write", "add/action", "delete", "move/action"] as const;

const matches = (action: string, rest = ""): string =>
  `!(ActionMatches{'${BLOBS}/${action}'}${rest})`;

const PATH = `@Resource[${BLOBS}:path] StringStartsWith '`;
const LISTED = `@Request[${BLOBS}:prefix] StringStartsWith '`;

/** That what an attribute says begins with one of the prefixes. */
const oneOf = (begins: string, prefixes: Expression): readonly (string | Expression)[] => [
  `(${begins}`,
  call("join", prefixes, `') OR (${begins}`),
  "')",
];

/**
 * The condition under which a role holds for blobs below prefixes alone, listing included.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples
 */
const below = (prefixes: Expression, writes: readonly string[]): Expression => {
  const others = [matches("read", " AND NOT SubOperationMatches{'Blob.List'}"), ...writes];
  const list = matches("read", " AND SubOperationMatches{'Blob.List'}");
  return call(
    "concat",
    `((${others.join(" AND ")}) OR `,
    ...oneOf(PATH, prefixes),
    `) AND ((${list}) OR `,
    ...oneOf(LISTED, prefixes),
    ")",
  );
};

const NOTHING = call("json", "null");

const text = (description: string, rest: Values = {}) => ({
  type: "string" as const,
  metadata: { description },
  ...rest,
});

/**
 * For the owner of a storage account: lets the identity of a deployment read one of its containers, or
 * what lies below prefixes there, and sign for it. Deployed into the account's resource group.
 */
export function createLinkedAccountTemplate(): Template {
  const prefixes = parameter("prefixes");
  const whole = call("empty", prefixes);
  const writing = parameter("allowWriting");
  const account = parameter("account");
  const principal = {
    principalId: parameter("principalId"),
    principalName: parameter("principalId"),
    principalType: "ServicePrincipal",
  } as const;
  const condition = call(
    "if",
    writing,
    below(
      prefixes,
      WRITES.map((action) => matches(action)),
    ),
    below(prefixes, []),
  );
  const resources: readonly Resource[] = [
    assignRole({
      ...principal,
      role: ROLES.blobDelegator,
      scope: resourceId("Microsoft.Storage/storageAccounts", account),
    }),
    assignRole({
      ...principal,
      role: call("if", writing, ROLES.blobDataContributor, ROLES.blobDataReader),
      scope: containerId(account, parameter("container")),
      only: {
        condition: call("if", whole, NOTHING, condition),
        version: call("if", whole, NOTHING, "2.0"),
      },
    }),
  ];
  return createTemplate({
    parameters: {
      account: text("A storage account of this resource group", { minLength: 3, maxLength: 24 }),
      container: text("A container of the account", { minLength: 3, maxLength: 63 }),
      prefixes: {
        type: "array",
        defaultValue: [],
        metadata: {
          description: "Only blobs whose names begin so, such as shared/team-a/; none for all",
        },
      },
      principalId: text("The output identityPrincipalId of the deployment", {
        minLength: 36,
        maxLength: 36,
      }),
      allowWriting: {
        type: "bool",
        defaultValue: false,
        metadata: { description: "Whether blobs may also be written and deleted" },
      },
    },
    variables: {},
    resources,
    outputs: {},
  });
}
