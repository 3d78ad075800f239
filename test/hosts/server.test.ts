import { expect, test } from "vitest";
import { createOverheard } from "./overheard.ts";
import { openServerHost } from "./server-host.ts";
import { describeHost } from "./suite.ts";

const overheard = createOverheard();

describeHost("the local server", async () =>
  overheard.listen(await openServerHost({ LOG_LEVEL: "debug" }, overheard.write)),
);

test("through all of that no secret and no signature was told to others", () => {
  const { leaks, lines, errors, signatures } = overheard.told();
  expect(leaks).toEqual([]);
  // It was listened to, and there was something to hear.
  expect(lines).toBeGreaterThan(500);
  expect(errors).toBeGreaterThan(200);
  expect(signatures).toBeGreaterThan(50);
});
