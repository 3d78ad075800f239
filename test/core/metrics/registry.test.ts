import { createRegistry } from "@remote-storage/core/metrics/registry.ts";
import { expect, test } from "vitest";

test("metrics read as Prometheus' text format", () => {
  const { counter, histogram, gauge, text } = createRegistry();
  const plain = counter("a_total", "Things.");
  const labelled = counter("b_total", "Things by kind.", ["kind", "place"]);
  const times = histogram("c_seconds", "Times.", [0.1, 1], ["kind"]);
  gauge("d_bytes", "Bytes.", () => 42);
  labelled.add(2, "x", "y");
  labelled.add(1, "x", "y");
  labelled.add(1, 'q"\\\n', "");
  for (const seconds of [0.05, 0.1, 0.5, 7]) times.observe(seconds, "x");
  plain.add(0);
  expect(text()).toBe(`# HELP a_total Things.
# TYPE a_total counter
a_total 0
# HELP b_total Things by kind.
# TYPE b_total counter
b_total{kind="x",place="y"} 3
b_total{kind="q\\"\\\\\\n",place=""} 1
# HELP c_seconds Times.
# TYPE c_seconds histogram
c_seconds_bucket{kind="x",le="0.1"} 2
c_seconds_bucket{kind="x",le="1"} 3
c_seconds_bucket{kind="x",le="+Inf"} 4
c_seconds_sum{kind="x"} 7.65
c_seconds_count{kind="x"} 4
# HELP d_bytes Bytes.
# TYPE d_bytes gauge
d_bytes 42
`);
});
