import Module from "node:module";

type Hook = (context: object) => unknown;

/** A binding of a function, as far as the host looks at it. */
interface Binding {
  readonly type: string;
  readonly route?: string;
  readonly methods?: readonly string[];
}

export interface Registered {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly callback: unknown;
}

interface Arguments {
  context: object;
  inputs: unknown[];
}

interface InvocationModel {
  getArguments(): Promise<Arguments>;
  invokeFunction(context: object, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<{ readonly returnValue?: TypedData }>;
}

export interface TypedData {
  readonly http?: {
    readonly statusCode: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
  };
}

interface ProgrammingModel {
  getCapabilities(worker: Readonly<Record<string, string>>): Promise<{ readonly HttpUri?: string }>;
  getInvocationModel(context: object): InvocationModel | Promise<InvocationModel>;
}

/** What an app has told the worker. */
export interface Core {
  readonly functions: readonly Registered[];
  model(): ProgrammingModel;
  run(hook: string, context: object): Promise<void>;
}

/**
 * Offers the module `@azure/functions-core` to everything that is loaded from now on, as the worker does:
 * by standing in the way of `require`.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/setupCoreModule.ts
 */
export function provideCore(log: (level: string, category: string, message: string) => void): Core {
  const functions: Registered[] = [];
  const hooks = new Map<string, Hook[]>();
  let model: ProgrammingModel | undefined;
  const nothing = { dispose: () => undefined };
  const core = {
    version: "3.13.0",
    hostVersion: "4.1042.0",
    registerFunction(metadata: Omit<Registered, "callback">, callback: unknown) {
      functions.push({ ...metadata, callback });
      return nothing;
    },
    registerHook(name: string, hook: Hook) {
      hooks.set(name, [...(hooks.get(name) ?? []), hook]);
      return nothing;
    },
    setProgrammingModel: (given: ProgrammingModel) => void (model = given),
    getProgrammingModel: () => model,
    log,
  };
  const own = Object.getOwnPropertyDescriptor(Module.prototype, "require");
  const given: (name: string) => unknown = own?.value;
  Object.defineProperty(Module.prototype, "require", {
    ...own,
    value(this: Module, name: string) {
      return name === "@azure/functions-core" ? core : given.call(this, name);
    },
  });
  return {
    functions,
    model() {
      if (model === undefined) throw new Error("the app has registered no function");
      return model;
    },
    async run(name, context) {
      for (const hook of hooks.get(name) ?? []) await hook(context);
    },
  };
}
