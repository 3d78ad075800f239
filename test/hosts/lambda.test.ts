import { toFunctionUrlEvent, toRestApiEvent } from "../support/lambda/gateways.ts";
import { inOnePiece, streamed, throughLambda } from "./lambda-host.ts";
import { openMemoryHost } from "./memory-host.ts";
import { describeHost } from "./suite.ts";

describeHost(
  "a function behind its URL, streaming,",
  () => openMemoryHost(throughLambda(toFunctionUrlEvent, streamed)),
  // The URL answers preflights itself, and adds the headers.
  { without: ["cors"] },
);

describeHost(
  "a function behind a REST API, in one piece,",
  () => openMemoryHost(throughLambda(toRestApiEvent, inOnePiece)),
  // The REST API decodes queries.
  { without: ["raw queries"] },
);
