import { randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import type { Command } from "commander";
import { examine, type Examination } from "../../doctor/examine.ts";
import { hasFault } from "../../doctor/finding.ts";
import { serviceReach } from "../../doctor/reach.ts";
import { openSubjects, type Subject } from "../../doctor/subject.ts";
import type { World } from "../../doctor/world.ts";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";
import { plainReport } from "./doctor/report.ts";
import { openOutput } from "./output.ts";
import { openCommandStorage } from "./storage.ts";

const HELP = `
Without a name: the own storage (named "storage") and every provider of remote_links.yml.
Nothing is changed but for an empty object on the own buckets, which is removed again;
linked buckets are only read. CORS is tried from the origins in CORS_ORIGINS.

Examples:
  remote-storage doctor
  remote-storage doctor my-car-datasets
  remote-storage doctor --json | jq '.providers[].findings[] | select(.state == "fault")'
  remote-storage doctor --fix-cors storage

Exit codes: 0 nothing is broken (warnings may be), 1 something is, 2 usage or settings,
4 the store does not let CORS be set.`;

interface DoctorFlags {
  readonly json?: boolean;
  readonly fixCors?: boolean;
}

export function doctorCommand(command: Command, context: CommandContext): void {
  command
    .description("Find out why links do not open: try everything that the settings promise.")
    .argument("[provider...]", "names of remote_links.yml, or storage")
    .option("--json", "one JSON document")
    .option("--fix-cors", "let browsers of CORS_ORIGINS use signed URLs; other rules stay")
    .addHelpText("after", HELP)
    .action(async (names: readonly string[], flags: DoctorFlags) => {
      const { settings, config } = await openCommandStorage(context.env);
      const world: World = {
        now: () => new Date(),
        fetch,
        lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
        serviceReach: serviceReach(settings.host, settings.publicUrl),
        corsOrigins: settings.corsOrigins,
        newId: randomUUID,
      };
      const { now } = world;
      const all = await openSubjects(config, { now, fetch, policy: settings.signing });
      const subjects = chosen(all, names);
      if (flags.fixCors === true) {
        const { fixCors } = await import("./doctor/fix-cors.ts");
        await fixCors(subjects, settings.corsOrigins, context);
      }
      const examinations = await Promise.all(subjects.map((subject) => examine(subject, world)));
      const output = await openOutput(undefined, context);
      await output.write(
        flags.json === true
          ? `${JSON.stringify({ providers: examinations }, undefined, 2)}\n`
          : plainReport(examinations, context),
      );
      const broken = examinations.filter(({ findings }) => hasFault(findings));
      if (broken.length > 0) throw new CommandFailure(EXIT.someFailed, summary(broken));
    });
}

function chosen(all: readonly Subject[], names: readonly string[]): readonly Subject[] {
  const known = all.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new CommandFailure(
      EXIT.usage,
      `no provider ${unknown.map((name) => JSON.stringify(name)).join(", ")}: there are ${known.join(", ")}`,
    );
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function summary(broken: readonly Examination[]): string {
  const faults = broken.flatMap(({ findings }) =>
    findings.filter(({ state }) => state === "fault"),
  );
  const things = faults.length === 1 ? "1 thing is" : `${faults.length} things are`;
  return `${things} broken at ${broken.map(({ name }) => name).join(", ")}`;
}
