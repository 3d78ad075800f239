import { openMemoryHost } from "./memory-host.ts";
import { describeHost } from "./suite.ts";

describeHost("the app as a function", openMemoryHost);
