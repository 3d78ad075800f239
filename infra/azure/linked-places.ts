import { call, type Expression, literal } from "./expression.ts";
import { principalOf } from "./identity.ts";
import { createLinkedAccountTemplate } from "./linked-account.ts";
import type { LinkedContainer } from "./linked-containers.ts";
import type { Named, Names } from "./names.ts";
import type { Resource } from "./template.ts";

const DEPLOYMENTS = "Microsoft.Resources/deployments";

/** A container in an account of this subscription. */
export interface GroupedContainer extends LinkedContainer {
  readonly resourceGroup: string;
}

/**
 * Reading containers of other resource groups: for each what its owner would deploy, one after the other,
 * for two at once would give the account's role twice. They are called by the app, whose name is unique.
 */
export const addLinkedPlaces = (
  { identity, app }: Names,
  places: readonly GroupedContainer[],
): readonly Resource[] =>
  places.map(({ account, container, prefixes, resourceGroup }, index) => ({
    type: DEPLOYMENTS,
    apiVersion: "2022-09-01",
    name: toName(app, index),
    resourceGroup,
    dependsOn: [
      identity.id,
      ...places
        .slice(0, index)
        .slice(-1)
        .map((before) =>
          call("resourceId", before.resourceGroup, DEPLOYMENTS, toName(app, index - 1)),
        ),
    ],
    properties: {
      mode: "Incremental",
      expressionEvaluationOptions: { scope: "Inner" },
      template: createLinkedAccountTemplate(),
      parameters: {
        account: { value: account },
        container: { value: container },
        prefixes: { value: prefixes.map(literal) },
        principalId: { value: principalOf(identity) },
      },
    },
  }));

const toName = ({ name }: Named, index: number): Expression =>
  call("concat", name, `-linked-${index + 1}`);
