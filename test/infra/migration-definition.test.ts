import validate from "asl-validator";
import { describe, expect, test } from "vitest";
import { type DefinitionSource, toDefinition } from "../../infra/aws/migration/definition.ts";

const SOURCE: DefinitionSource = {
  partition: "aws",
  worker: "arn:aws:lambda:eu-central-1:111122223333:function:worker",
  bucket: "vision-private",
  folder: "migrations/",
  workers: 20,
  tolerated: { percent: 5 },
};

type State = Readonly<Record<string, unknown>> & { readonly Type: string };
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}
/** The state that runs the batches, as far as the tests look at it. */
interface MapState {
  readonly ItemReader: object;
  readonly ItemBatcher: {
    readonly MaxItemsPerBatch: number;
    readonly MaxInputBytesPerBatch: number;
  };
  readonly ItemProcessor: Machine & { readonly ProcessorConfig: object };
}

const define = (change: Partial<DefinitionSource> = {}): Machine =>
  structuredClone(toDefinition({ ...SOURCE, ...change }) as Machine);
const mapOf = ({ States }: Machine): MapState => {
  const { CopyAll } = States as Readonly<Record<string, unknown>>;
  return CopyAll as MapState;
};
const batchOf = (machine: Machine): Machine => mapOf(machine).ItemProcessor;

describe("the state machine of a migration", () => {
  test.each([{ percent: 5 }, { percent: 0 }, { objects: 1000 }])(
    "is one by the language's own rules, tolerating %o",
    (tolerated) => {
      const { errors } = validate(define({ tolerated }));
      expect(errors).toEqual([]);
    },
  );

  test("is none with a state that nothing leads to, or a field that is none", () => {
    const { States, ...rest } = define();
    const lost = { ...rest, States: { ...States, AllCopied: { Type: "Pass", Next: "Nowhere" } } };
    expect(validate(lost).isValid).toBe(false);
    const odd = { ...rest, States: { ...States, AllCopied: { Type: "Succeeded" } } };
    expect(validate(odd).isValid).toBe(false);
  });

  test("reads JSON lines, in batches whose report fits into a state", () => {
    const { ItemBatcher, ItemReader } = mapOf(define());
    expect(ItemReader).toMatchObject({ ReaderConfig: { InputType: "JSONL" } });
    // What a line of the report has beside the key and the etag, which the batch has too.
    const line = JSON.stringify({
      state: "conflict",
      size: 1e15,
      crc32: "01234567",
      proof: "crc64nvme",
      sent: 1e15,
    });
    const report = ItemBatcher.MaxInputBytesPerBatch + ItemBatcher.MaxItemsPerBatch * line.length;
    expect(report).toBeLessThan(256 * 1024);
  });

  test("goes on with what a worker gave back, and ends with the report's lines", () => {
    expect(batchOf(define()).States).toMatchObject({
      Copy: { OutputPath: "$.Payload", Next: "IsAnythingLeft" },
      IsAnythingLeft: {
        Choices: [{ Variable: "$.Items[0]", IsPresent: true, Next: "Copy" }],
        Default: "Report",
      },
      Report: { Type: "Succeed", OutputPath: "$.done" },
    });
  });

  test("fails a batch where it is copied, never in a Fail state, which a redrive would only enter again", () => {
    const { ItemProcessor } = mapOf(define());
    expect(ItemProcessor).toMatchObject({
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    });
    const states = Object.values(batchOf(define()).States);
    expect(states.map(({ Type }) => Type)).not.toContain("Fail");
  });

  test("tries again what may pass, with pauses that grow and differ, and nothing else", () => {
    const copy = batchOf(define()).States["Copy"] as unknown as {
      Retry: { ErrorEquals: string[]; MaxDelaySeconds: number; JitterStrategy: string }[];
      TimeoutSeconds: number;
    };
    expect(copy.Retry).toHaveLength(1);
    const [retry] = copy.Retry;
    expect(retry?.JitterStrategy).toBe("FULL");
    expect(retry?.ErrorEquals).toContain("TryAgain");
    expect(retry?.ErrorEquals).not.toContain("States.ALL");
    expect(retry?.ErrorEquals).not.toContain("States.TaskFailed");
    expect(copy.TimeoutSeconds).toBeGreaterThan(900);
  });

  // A batch that somebody stops is aborted, which Step Functions does not count among the failed.
  test("ends well only if every object lies in a batch that succeeded, whatever is tolerated", () => {
    const { States } = define({ tolerated: { percent: 100 } });
    expect(States["CopyAll"]?.["Next"]).toBe("CountObjects");
    expect(States["CountObjects"]).toMatchObject({
      ResultSelector: { "succeeded.$": "$.ItemCounts.Succeeded", "total.$": "$.ItemCounts.Total" },
      Next: "AreAllCopied",
    });
    expect(States["AreAllCopied"]).toMatchObject({
      Choices: [
        {
          Variable: "$.counts.succeeded",
          NumericEqualsPath: "$.counts.total",
          Next: "AllCopied",
        },
      ],
      Default: "SomeFailed",
    });
    expect(States["SomeFailed"]?.Type).toBe("Fail");
  });

  test("names what it calls as the partition does", () => {
    expect(JSON.stringify(define({ partition: "aws-cn" }))).not.toContain("arn:aws:states");
  });
});
