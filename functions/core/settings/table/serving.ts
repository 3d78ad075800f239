import { HOST_LIST, type HostList, parseHostList } from "../host-list.ts";
import type { Setting, SettingWithDefault } from "../setting.ts";
import type { LogLevel } from "../settings.ts";
import { parseCorsOrigins, parseOneOf, parsePort, parseText } from "../values.ts";

const LOG_LEVELS = [
  "debug",
  "info",
  "warn",
  "error",
  "silent",
] as const satisfies readonly LogLevel[];

/** Where the service listens, what it says, and whom it asks. */
export const SERVING_SETTINGS = {
  host: {
    name: "HOST",
    parse: parseText(/^[^\s/]+$/),
    expected: "a host name or an address to listen on",
    default: "127.0.0.1",
    about: "Where the local server listens",
  } satisfies SettingWithDefault<string>,
  listenPort: {
    name: "PORT",
    parse: parsePort,
    expected: "a port from 0 to 65535",
    default: "8080",
    about: "Its port; 0 takes a free one",
  } satisfies SettingWithDefault<number>,
  logLevel: {
    name: "LOG_LEVEL",
    parse: parseOneOf(LOG_LEVELS),
    expected: LOG_LEVELS.join(", "),
    default: "info",
    about: LOG_LEVELS.map((level) => `\`${level}\``).join(", "),
  } satisfies SettingWithDefault<LogLevel>,
  corsOrigins: {
    name: "CORS_ORIGINS",
    parse: parseCorsOrigins,
    expected: "origins such as https://app.example.com, comma-separated, or *",
    about: "Origins whose pages may call this service, comma-separated, or `*`; absent: none",
  } satisfies Setting<readonly string[]>,
  linkFetchAllow: {
    name: "LINK_FETCH_ALLOW",
    parse: parseHostList,
    expected: HOST_LIST,
    about:
      "Hosts and networks from which public links may be checked and fetched although their addresses are not public",
  } satisfies Setting<HostList>,
  linkFetchDeny: {
    name: "LINK_FETCH_DENY",
    parse: parseHostList,
    expected: HOST_LIST,
    about: "Hosts and networks from which they may not; `*`: only from those in `LINK_FETCH_ALLOW`",
  } satisfies Setting<HostList>,
};
