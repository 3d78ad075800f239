import { resources, toText } from "../../infra/readable.ts";
import { synthesize } from "../../infra/stacks.ts";
import { ACCOUNT, REGION } from "./step-functions.ts";

/** The state machine as far as the tests look at it. */
export interface Machine {
  readonly States: Readonly<Record<string, unknown>> & {
    readonly CopyAll: {
      readonly ItemReader: { readonly ReaderConfig: object };
      readonly ItemBatcher?: object;
      readonly Next: string;
      readonly ResultWriter: {
        readonly Parameters: Readonly<Record<string, string>>;
        readonly WriterConfig?: object;
      };
    };
    readonly CountObjects: {
      readonly Parameters: Readonly<Record<string, string>>;
      readonly ResultSelector: Readonly<Record<string, string>>;
    };
  };
}

/** What `cdk deploy` would give Step Functions, and the worker as its environment. */
export interface Synthesized {
  readonly definition: Machine;
  readonly env: Readonly<Record<string, string>>;
}

export const WORKER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`;

/** The migration stack, with the texts that only a deployment knows filled in. */
export function synthesizeMigration(
  remoteLinks: string,
  settings: Readonly<Record<string, string>>,
): Synthesized {
  const { migration } = synthesize({ settings, remoteLinks });
  if (migration === undefined) throw new Error("there is no migration stack");
  const [machine] = resources(migration, "AWS::StepFunctions::StateMachine");
  const [worker] = resources(migration, "AWS::Lambda::Function");
  if (machine === undefined || worker === undefined) throw new Error("the stack has changed");
  const { Variables } = worker["Environment"] as { Variables: Record<string, unknown> };
  return {
    definition: JSON.parse(fill(machine["DefinitionString"])) as Machine,
    env: Object.fromEntries(Object.entries(Variables).map(([name, text]) => [name, fill(text)])),
  };
}

const fill = (value: unknown): string =>
  toText(value)
    .replaceAll("<AWS::Partition>", "aws")
    .replaceAll(/<Worker[^>]*>/g, WORKER);
