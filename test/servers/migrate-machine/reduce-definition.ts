import type { Machine } from "./definition.ts";

type CopyAll = Machine["States"]["CopyAll"];

/** A definition without something that moto's interpreter does not know. */
type Reduction = (definition: Machine) => Machine;

/** What it refuses, by its name in the definition. A manifest is a JSON array of batches instead. */
export const REFUSED: Readonly<Record<string, Reduction>> = {
  JSONL: (definition) =>
    withMap(definition, ({ ItemReader }) => ({
      ItemReader: { ...ItemReader, ReaderConfig: { InputType: "JSON" } },
    })),
  ItemBatcher: (definition) => withMap(definition, () => ({ ItemBatcher: undefined })),
  WriterConfig: (definition) =>
    withMap(definition, ({ ResultWriter }) => ({
      ResultWriter: { ...ResultWriter, WriterConfig: undefined },
    })),
};

/** The definition as moto's interpreter understands it, for a run of one manifest. */
export function reduceDefinition(whole: Machine, manifest: string): Machine {
  const known = Object.values(REFUSED).reduce((left, reduce) => reduce(left), whole);
  const { CountObjects } = known.States;
  const { Parameters, ResultSelector } = CountObjects;
  // The SDK's own names: Step Functions has them begin with a capital letter, moto hands them on.
  const calls = {
    Parameters: mapEntries(Parameters, ([name, path]) => [uncapitalize(name), path]),
    ResultSelector: mapEntries(ResultSelector, ([name, path]) => [name, uncapitalize(path)]),
  };
  const States = { ...known.States, CountObjects: { ...CountObjects, ...calls } };
  // It looks for the writer's paths in the results, Step Functions in the state's input.
  return withMap({ ...known, States }, ({ ResultWriter }) => {
    const Bucket = ResultWriter.Parameters["Bucket"];
    return {
      ResultWriter: { ...ResultWriter, Parameters: { Bucket, Prefix: `migrations/${manifest}` } },
    };
  });
}

type Texts = Readonly<Record<string, string>>;

const mapEntries = (texts: Texts, to: (entry: [string, string]) => [string, string]): Texts =>
  Object.fromEntries(Object.entries(texts).map(to));

const uncapitalize = (path: string): string =>
  path.replaceAll(/(?<=^|\.)[A-Z]/g, (letter) => letter.toLowerCase());

/** JSON leaves out what is undefined. */
function withMap(definition: Machine, to: (map: CopyAll) => object): Machine {
  const { CopyAll } = definition.States;
  const States = { ...definition.States, CopyAll: { ...CopyAll, ...to(CopyAll) } };
  return JSON.parse(JSON.stringify({ ...definition, States })) as Machine;
}
