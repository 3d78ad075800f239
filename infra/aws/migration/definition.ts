import type { Tolerated } from "../../tolerated.ts";

/** What only a deployment knows of its state machine. */
export interface DefinitionSource {
  /** `aws`, `aws-cn`, …: part of the names of what Step Functions calls. */
  readonly partition: string;
  /** The copy worker's ARN. */
  readonly worker: string;
  /** Holds manifests and reports; in the state machine's own account and region. */
  readonly bucket: string;
  /** The folder of both in the bucket, ending in `/`. */
  readonly folder: string;
  /** Workers at a time, 1 to 10000. */
  readonly workers: number;
  readonly tolerated: Tolerated;
}

/**
 * One batch: enough objects that starting it costs nothing beside the copying, few enough that one which
 * fails and is tried again is soon done.
 */
const BATCH_OBJECTS = 500;
/**
 * A batch comes back with a line of the report for each object, all in one state of 256 KiB.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const BATCH_BYTES = 96 * 1024;
/** Lambda ends a worker after 15 minutes; what has not answered by then never will. */
const WORKER_SECONDS = 16 * 60;

/** Seconds between tries grow to five minutes: together they outlast half an hour of a store's trouble. */
const PATIENCE = {
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  JitterStrategy: "FULL",
};
const TRIES = 12;

/** What may pass by itself: the worker's own word for it, and Lambda's. */
const PASSING = [
  "TryAgain",
  "Lambda.TooManyRequestsException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Sandbox.Timedout",
  "States.Timeout",
];

/**
 * The migration of a manifest, started with `{"manifest": "<name>"}`: a Distributed Map hands batches of its
 * lines to copy workers. A worker that runs out of time gives back what is left, and is called again with
 * it. Children are Standard, not Express: those end after five minutes, and a redrive begins them anew
 * where a Standard one goes on from what had failed. A batch fails in the worker's own state, since
 * a redriven Fail state would only fail again. Whatever was tolerated fails the execution at its end, and so
 * do batches that somebody stopped, which Step Functions does not count among the failed.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
 */
export function toDefinition(source: DefinitionSource): object {
  const { partition, bucket, folder, workers, tolerated } = source;
  const call = (name: string): string => `arn:${partition}:states:::${name}`;
  return {
    Comment: "Copies the objects that a manifest lists",
    StartAt: "CopyAll",
    States: {
      CopyAll: {
        Type: "Map",
        Label: "CopyAll",
        ItemReader: {
          Resource: call("s3:getObject"),
          ReaderConfig: { InputType: "JSONL" },
          Parameters: { Bucket: bucket, "Key.$": inFolder(folder, ".ndjson") },
        },
        ItemBatcher: { MaxItemsPerBatch: BATCH_OBJECTS, MaxInputBytesPerBatch: BATCH_BYTES },
        MaxConcurrency: workers,
        ...("percent" in tolerated
          ? { ToleratedFailurePercentage: tolerated.percent }
          : { ToleratedFailureCount: tolerated.objects }),
        ItemProcessor: toBatch(source.worker, call),
        ResultWriter: {
          Resource: call("s3:putObject"),
          Parameters: { Bucket: bucket, "Prefix.$": inFolder(folder, "") },
          WriterConfig: { OutputType: "JSONL", Transformation: "FLATTEN" },
        },
        Next: "CountObjects",
      },
      CountObjects: {
        Type: "Task",
        Resource: call("aws-sdk:sfn:describeMapRun"),
        Parameters: { "MapRunArn.$": "$.MapRunArn" },
        ResultSelector: {
          "succeeded.$": "$.ItemCounts.Succeeded",
          "total.$": "$.ItemCounts.Total",
        },
        ResultPath: "$.counts",
        Next: "AreAllCopied",
      },
      AreAllCopied: {
        Type: "Choice",
        Choices: [
          {
            Variable: "$.counts.succeeded",
            NumericEqualsPath: "$.counts.total",
            Next: "AllCopied",
          },
        ],
        Default: "SomeFailed",
      },
      SomeFailed: {
        Type: "Fail",
        Error: "SomeFailed",
        CausePath:
          "States.Format('{} of {} objects lie in batches that succeeded; the report names the others', $.counts.succeeded, $.counts.total)",
      },
      AllCopied: { Type: "Succeed" },
    },
  };
}

/** The manifest `cars` is `cars.ndjson`, and its report lies under `cars/`. */
const inFolder = (folder: string, ending: string): string =>
  `States.Format('${folder}{}${ending}', $.manifest)`;

/** One batch: the worker gets `{Items, done?}` and answers with the same, `Items` being what is left. */
const toBatch = (worker: string, call: (name: string) => string): object => ({
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
  StartAt: "Copy",
  States: {
    Copy: {
      Type: "Task",
      Resource: call("lambda:invoke"),
      Parameters: { FunctionName: worker, "Payload.$": "$" },
      OutputPath: "$.Payload",
      TimeoutSeconds: WORKER_SECONDS,
      Retry: [{ ErrorEquals: PASSING, ...PATIENCE, MaxAttempts: TRIES }],
      Next: "IsAnythingLeft",
    },
    IsAnythingLeft: {
      Type: "Choice",
      Choices: [{ Variable: "$.Items[0]", IsPresent: true, Next: "Copy" }],
      Default: "Report",
    },
    Report: { Type: "Succeed", OutputPath: "$.done" },
  },
});
