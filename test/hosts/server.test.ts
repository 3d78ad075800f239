import { openServerHost } from "./server-host.ts";
import { describeHost } from "./suite.ts";

describeHost("the local server", openServerHost);
