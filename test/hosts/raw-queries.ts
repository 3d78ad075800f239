import { expect, test } from "vitest";
import { parse, type Problem } from "./client.ts";
import type { Topic } from "./suite.ts";

/** What only hosts can tell that get queries as they were sent: gateways that decode pass the texts on. */
export const testRawQueries: Topic = (stage) => {
  test.each([
    ["/objects/private?key=%zz", "invalid_key"],
    ["/objects/private?key=%ff", "invalid_key"],
    ["/links/resolve?link=s3://a/%ff", "bad_encoding"],
    ["/objects/private/x?%zz=1", "invalid_request"],
  ])("%s is broken percent-encoding", async (target, code) => {
    const answer = await stage().client.send("GET", target);
    expect(parse<Problem>(answer)).toMatchObject({ status: 400, code });
  });
};
