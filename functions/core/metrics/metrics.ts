import { cpuUsage, memoryUsage } from "node:process";
import { type Counter, createRegistry, type Histogram, type Registry } from "./registry.ts";

/** What the service counts. No label holds a key, a bucket, a caller or anything else that clients choose. */
export interface Metrics extends Pick<Registry, "gauge" | "text"> {
  /** By route template, method and status. */
  readonly requests: Counter;
  /** Seconds until an answer's head, by route template and method. */
  readonly durations: Histogram;
  /** By provider as links name it, `fs` for the own buckets, and method. */
  readonly signatures: Counter;
  /** By code; `ok` for links that resolved. */
  readonly links: Counter;
  /** By what was limited: `requests`, `failures`. */
  readonly limited: Counter;
  readonly refusedCredentials: Counter;
  readonly auditFailures: Counter;
}

/** Seconds. Signing takes a fraction of the first, a store's answer most of the others. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** @param startedAt when the process began. */
export function createMetrics(startedAt: Date): Metrics {
  const registry = createRegistry();
  const { counter, gauge } = registry;
  const metrics = {
    requests: counter("remote_storage_http_requests_total", "Answered requests.", [
      "route",
      "method",
      "status",
    ]),
    durations: registry.histogram(
      "remote_storage_http_request_duration_seconds",
      "Time until the head of the answer.",
      BOUNDS,
      ["route", "method"],
    ),
    signatures: counter("remote_storage_signatures_total", "Signed requests given away.", [
      "provider",
      "method",
    ]),
    links: counter("remote_storage_links_total", "Resolved links by result.", ["code"]),
    limited: counter("remote_storage_rate_limited_total", "Requests refused by a limit.", [
      "limit",
    ]),
    refusedCredentials: counter(
      "remote_storage_refused_credentials_total",
      "Requests with a credential that proves nobody.",
    ),
    auditFailures: counter(
      "remote_storage_audit_failures_total",
      "Audit lines that could not be written.",
    ),
    gauge,
    text: registry.text,
  };
  observeProcess(gauge, startedAt);
  return metrics;
}

/** The names that every Prometheus client library gives them. */
function observeProcess(gauge: Registry["gauge"], startedAt: Date): void {
  gauge("process_cpu_seconds_total", "CPU time, user and system.", cpuSeconds, "counter");
  gauge("process_resident_memory_bytes", "Resident memory.", () => memoryUsage.rss());
  gauge(
    "process_start_time_seconds",
    "Start, seconds since 1970.",
    () => startedAt.getTime() / 1000,
  );
  gauge("nodejs_heap_size_used_bytes", "Heap in use.", () => memoryUsage().heapUsed);
}

function cpuSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}
