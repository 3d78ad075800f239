import { describe, expect, test } from "vitest";
import { ROLES } from "../../../infra/azure/role-assignment.ts";
import type { Deployed, Deployment } from "./deploy.ts";
import { DEPLOYER, deployed, deployedByOwner, EVERYTHING, REMOTE_LINKS } from "./written.ts";

const ASSIGNMENT = "Microsoft.Authorization/roleAssignments";

interface Assignment {
  readonly scope: string;
  readonly properties: {
    readonly roleDefinitionId: string;
    readonly principalId: string;
    readonly principalType?: string;
    readonly condition?: string | null;
    readonly conditionVersion?: string | null;
  };
}

const assignments = ({ resources }: Deployment): readonly Assignment[] =>
  resources
    .filter(({ type }) => type === ASSIGNMENT)
    .map(({ body }) => body as unknown as Assignment);

/** An id as one reads it: the end of it, without what makes names unique. */
const shorten = (id: string): string =>
  id
    .replace(/^.*\/resourceGroups\/([^/]+)\/providers\/Microsoft\.\w+\//, "$1: ")
    .replaceAll(/[0-9a-f]{13}(?=\/|$)/g, "…");

const roleName = (definition: string): string =>
  Object.entries(ROLES).find(([, id]) => definition.endsWith(`/${id}`))?.[0] ?? definition;

const describeRight = ({ scope, properties }: Assignment): string =>
  `${roleName(properties.roleDefinitionId)} on ${shorten(scope)}${properties.condition ? ` if ${properties.condition}` : ""}`;

const rights = (deployment: Deployment, principal: string): readonly string[] =>
  assignments(deployment)
    .filter(({ properties }) => properties.principalId === principal)
    .map(describeRight)
    .toSorted();

const identityOf = ({ outputs }: Deployment): string => String(outputs["identityPrincipalId"]);

const inAccount = (account: string, container: string) =>
  `storageAccounts/${account}/blobServices/default/containers/${container}`;

const own = (name: string, prefix: string): readonly string[] => [
  ...["public", "private", "cache"].map(
    (bucket) =>
      `blobDataContributor on rg-test: ${inAccount(`${name}data…`, `${prefix}-${bucket}`)}`,
  ),
  `blobDelegator on rg-test: storageAccounts/${name}data…`,
  `blobDataOwner on rg-test: storageAccounts/${name}host…`,
];

const DATA_ROLES = new Set<string>([
  ROLES.blobDataContributor,
  ROLES.blobDataOwner,
  ROLES.blobDataReader,
]);

/** Gives data of a whole account, or more. */
const isWide = ({ scope, properties: { roleDefinitionId } }: Assignment): boolean =>
  DATA_ROLES.has(roleDefinitionId.split("/").at(-1) ?? "") && !scope.includes("/containers/");

describe("the functions' identity", () => {
  test("has these rights and no others", () => {
    const deployment = deployed();
    expect(rights(deployment, identityOf(deployment))).toEqual(
      [
        ...own("remotes", "remote-storage"),
        "secretsUser on rg-test: vaults/remotestor-…",
        "metricsPublisher on rg-test: components/remote-storage-insights",
      ].toSorted(),
    );
  });

  test("reads what remote_links.yml names in accounts whose groups are known", () => {
    const deployment = deployed({ settings: EVERYTHING, remoteLinks: REMOTE_LINKS });
    const below =
      "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'} AND NOT SubOperationMatches{'Blob.List'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path] StringStartsWith 'team-a/')) AND ((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'} AND SubOperationMatches{'Blob.List'})) OR (@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:prefix] StringStartsWith 'team-a/'))";
    expect(rights(deployment, identityOf(deployment))).toEqual(
      [
        ...own("vision", "vision"),
        "secretsUser on rg-test: vaults/vision-…",
        "metricsPublisher on rg-test: components/vision-insights",
        // Given for each container anew, under one name.
        "blobDelegator on rg-linked: storageAccounts/linked",
        "blobDelegator on rg-linked: storageAccounts/linked",
        `blobDataReader on rg-linked: ${inAccount("linked", "cars")}`,
        `blobDataReader on rg-linked: ${inAccount("linked", "scans")} if ${below}`,
      ].toSorted(),
    );
  });

  test("reads data of one container at a time: only the host's own account is whole", () => {
    const deployment = deployed({ settings: EVERYTHING, remoteLinks: REMOTE_LINKS });
    expect(assignments(deployment).filter(isWide).map(describeRight)).toEqual([
      "blobDataOwner on rg-test: storageAccounts/visionhost…",
    ]);
  });
});

test("nobody else has rights but who deploys, and that one only to fill the vault", () => {
  const deployment = deployed({ settings: EVERYTHING, remoteLinks: REMOTE_LINKS });
  const identity = identityOf(deployment);
  const others = assignments(deployment).filter(
    ({ properties }) => properties.principalId !== identity,
  );
  expect(others.map(({ properties }) => properties.principalId)).toEqual([DEPLOYER]);
  expect(others.map(describeRight)).toEqual(["secretsOfficer on rg-test: vaults/vision-…"]);
});

test("every right is on one resource, in the group of that resource", () => {
  const all = assignments(deployed({ settings: EVERYTHING, remoteLinks: REMOTE_LINKS }));
  for (const { scope, properties } of all) {
    expect(scope).toMatch(
      /^\/subscriptions\/[^/]+\/resourceGroups\/rg-(test|linked)\/providers\/./,
    );
    expect(properties.condition ? properties.conditionVersion : null).toBe(
      properties.condition ? "2.0" : null,
    );
  }
});

const ids = ({ resources }: Deployment) => resources.map(({ id }: Deployed) => id);

describe("what the owner of a linked account deploys", () => {
  const place = { account: "linked", container: "cars", prefixes: [] };

  test("lets the identity read one container", () => {
    expect(rights(deployedByOwner(place), DEPLOYER)).toEqual([
      `blobDataReader on rg-test: ${inAccount("linked", "cars")}`,
      "blobDelegator on rg-test: storageAccounts/linked",
    ]);
  });

  test("lets it write if the owner says so, below the prefixes alone", () => {
    const [contributor] = rights(
      deployedByOwner({ ...place, prefixes: ["a/", "b/"] }, true),
      DEPLOYER,
    );
    expect(contributor).toContain(`blobDataContributor on rg-test: ${inAccount("linked", "cars")}`);
    for (const action of ["read", "write", "add/action", "delete", "move/action"]) {
      expect(contributor).toContain(`containers/blobs/${action}'}`);
    }
    for (const attribute of [
      "@Resource[…/containers/blobs:path]",
      "@Request[…/containers/blobs:prefix]",
    ]) {
      expect(
        contributor?.replaceAll("Microsoft.Storage/storageAccounts/blobServices", "…"),
      ).toContain(
        `OR (${attribute} StringStartsWith 'a/') OR (${attribute} StringStartsWith 'b/'))`,
      );
    }
  });

  test("is the same the second time, and another for another role", () => {
    expect(ids(deployedByOwner(place))).toEqual(ids(deployedByOwner(place)));
    expect(ids(deployedByOwner(place, true))).not.toEqual(ids(deployedByOwner(place)));
  });
});
