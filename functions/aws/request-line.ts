import type { Invocation } from "./invocation.ts";

/** What is known of a request once it is answered. */
export interface Answered {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** From the event to the end of the answer. */
  readonly milliseconds: number;
  readonly bytes: number;
  readonly requestId: string | null;
  readonly principal: string | undefined;
  /** The first request of an execution environment. */
  readonly cold: boolean;
  /** The answer ended before its end. */
  readonly broken: boolean;
}

/** CloudWatch's units of the metrics that every line carries. */
const METRICS = [
  { Name: "Requests", Unit: "Count" },
  { Name: "ClientErrors", Unit: "Count" },
  { Name: "ServerErrors", Unit: "Count" },
  { Name: "BrokenAnswers", Unit: "Count" },
  { Name: "ColdStarts", Unit: "Count" },
  { Name: "Duration", Unit: "Milliseconds" },
  { Name: "ResponseSize", Unit: "Bytes" },
] as const;

/**
 * The line of a request, which CloudWatch also reads its metrics from. It is written whatever
 * `LOG_LEVEL` says, since alarms hang on it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function toRequestLine(
  service: string,
  at: Date,
  invocation: Invocation,
  { method, target, status, requestId, principal, ...measured }: Answered,
): string {
  const line = {
    timestamp: at.toISOString(),
    level: "INFO",
    message: "request",
    ...invocation,
    requestId,
    method,
    // Not the query: signatures travel there.
    path: target.split("?", 1)[0],
    status,
    principal,
    _aws: {
      Timestamp: at.getTime(),
      CloudWatchMetrics: [
        { Namespace: "RemoteStorage", Dimensions: [["Service"]], Metrics: METRICS },
      ],
    },
    Service: service,
    Requests: 1,
    ClientErrors: Number(status >= 400 && status < 500),
    ServerErrors: Number(status >= 500),
    BrokenAnswers: Number(measured.broken),
    ColdStarts: Number(measured.cold),
    Duration: Math.round(measured.milliseconds),
    ResponseSize: measured.bytes,
  };
  return `${JSON.stringify(line)}\n`;
}
