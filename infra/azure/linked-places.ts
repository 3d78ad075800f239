import { call, literal } from "./expression.ts";
import { principalOf } from "./identity.ts";
import { createLinkedAccountTemplate } from "./linked-account.ts";
import type { LinkedContainer } from "./linked-containers.ts";
import type { Names } from "./names.ts";
import type { Resource } from "./template.ts";

const DEPLOYMENTS = "Microsoft.Resources/deployments";

/** A container in an account of this subscription. */
export interface GroupedContainer extends LinkedContainer {
  readonly resourceGroup: string;
}

/**
 * Reading containers of other resource groups: for each what its owner would deploy, one after the other,
 * for two at once would give the account's role twice.
 */
export const addLinkedPlaces = (
  { identity }: Names,
  places: readonly GroupedContainer[],
): readonly Resource[] =>
  places.map(({ account, container, prefix, resourceGroup }, index) => ({
    type: DEPLOYMENTS,
    apiVersion: "2022-09-01",
    name: toName(index),
    resourceGroup,
    dependsOn: [
      identity.id,
      ...places
        .slice(0, index)
        .slice(-1)
        .map((before) => call("resourceId", before.resourceGroup, DEPLOYMENTS, toName(index - 1))),
    ],
    properties: {
      mode: "Incremental",
      expressionEvaluationOptions: { scope: "Inner" },
      template: createLinkedAccountTemplate(),
      parameters: {
        account: { value: account },
        container: { value: container },
        prefix: { value: literal(prefix) },
        principalId: { value: principalOf(identity) },
      },
    },
  }));

const toName = (index: number): string => `remote-storage-linked-${index + 1}`;
