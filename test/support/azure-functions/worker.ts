import { randomUUID } from "node:crypto";
import type { Core, Registered, TypedData } from "./core-module.ts";

/** What the host sends the worker with an invocation. */
export interface Trigger {
  readonly binding: string;
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One line of an app's log, as the worker sends it to the host. */
export interface Line {
  readonly invocationId?: string;
  readonly level: string;
  /** `user`, `system`. */
  readonly category: string;
  readonly message: string;
}

/**
 * Runs a function as the worker's invocation handler does: model, arguments, hooks, call, hooks, answer.
 *
 * @throws what the function throws, and what its answer fails with.
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/eventHandlers/InvocationHandler.ts
 */
export async function invoke(
  core: Core,
  { name, bindings, callback }: Registered,
  trigger: Trigger,
  log: (line: Line) => void,
  invocationId: string = randomUUID(),
): Promise<TypedData | undefined> {
  const state: { state?: string } = {};
  const model = await core.model().getInvocationModel(
    Object.assign(state, {
      invocationId,
      metadata: { name, bindings },
      request: {
        invocationId,
        functionId: name,
        inputData: [{ name: trigger.binding, data: trigger.data }],
        triggerMetadata: trigger.metadata,
        traceContext: { traceParent: "", traceState: "", attributes: {} },
      },
      log: (level: string, category: string, message: string) =>
        log({ invocationId, level, category, message }),
    }),
  );
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData: {}, invocationContext: context };
  const before = { ...shared, inputs, functionCallback: callback };
  state.state = "preInvocationHooks";
  await core.run("preInvocation", before);
  const after: { result: unknown; error: unknown } = { result: null, error: null };
  state.state = "invocation";
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }
  state.state = "postInvocationHooks";
  await core.run("postInvocation", Object.assign(after, shared, { inputs }));
  delete state.state;
  if (after.error !== null) throw after.error;
  return (await model.getResponse(context, after.result)).returnValue;
}
