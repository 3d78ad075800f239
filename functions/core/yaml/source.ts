import { isMap, isScalar, Lexer, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
import type { YamlProblem } from "./problem.ts";

/** A file of thousands of entries stays far below it. */
const MAX_CHARACTERS = 1_048_576;
/** The deepest legal place is a list in a mapping in a mapping. */
const MAX_FLOW_DEPTH = 16;
const MAX_PROBLEMS = 100;

/** What precedes the text of a scalar in the token stream of the `yaml` package. */
const SCALAR = "\u001f";

/** A parsed document and a place to note mistakes, each with the position of a node. */
export interface YamlSource {
  /** Absent for an empty file, and after mistakes that leave nothing to read. */
  readonly root?: YAMLMap;
  readonly problems: readonly YamlProblem[];
  report(node: Node, message: string, hint?: string): void;
}

/**
 * Parses one YAML document whose scalars all are texts: no value is guessed to be a number or a date.
 * Time and memory are bounded: aliases, deep nesting and large files are refused before anything is
 * built from them.
 *
 * @param expected what the root has to be, after "expected a mapping: ".
 */
export function readYaml(text: string, expected: string): YamlSource {
  const lines = new LineCounter();
  const problems: YamlProblem[] = [];
  const note = (offset: number, message: string, hint?: string): void => {
    if (problems.length === MAX_PROBLEMS) return;
    const { line, col } = lines.linePos(offset);
    problems.push({ line, column: col, message, ...(hint !== undefined && { hint }) });
  };
  const report: YamlSource["report"] = (node, message, hint) => {
    note(node.range?.[0] ?? 0, message, hint);
  };

  if (text.length > MAX_CHARACTERS) {
    lines.addNewLine(0);
    note(0, `the file has more than ${MAX_CHARACTERS} characters`);
    return { problems, report };
  }
  const bomb = findBomb(text);
  if (bomb !== undefined) {
    lines.addNewLine(0);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
      lines.addNewLine(at + 1);
    note(bomb.offset, bomb.message, bomb.hint);
    return { problems, report };
  }

  const document = parseDocument(quotePlaceholders(text), {
    schema: "failsafe",
    resolveKnownTags: false,
    lineCounter: lines,
    // Compares every key with every other one; the reader of the mapping finds duplicates itself.
    uniqueKeys: false,
    prettyErrors: false,
    // "silent" would also silence a second document.
    logLevel: "error",
  });
  for (const { pos, message, code } of [...document.errors, ...document.warnings]) {
    note(
      pos[0],
      code === "MULTIPLE_DOCS" ? "a second document starts here; one is allowed" : message,
    );
  }
  const root = document.contents;
  if (problems.length > 0 || root === null || isEmpty(root)) return { problems, report };
  if (isMap(root)) return { root, problems, report };
  report(root, `expected a mapping: ${expected}`);
  return { problems, report };
}

/** True for what YAML calls null: nothing, `~` or `null`, not quoted. */
export function isEmpty(node: Node): boolean {
  return isScalar(node) && node.type === "PLAIN" && ["", "~", "null"].includes(String(node.value));
}

interface Bomb {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

/** The first alias or overdeep bracket, found in the tokens alone. */
function findBomb(text: string): Bomb | undefined {
  let offset = 0;
  let depth = 0;
  let previous = "";
  for (const token of new Lexer().lex(text)) {
    if (previous !== SCALAR) {
      if (token.startsWith("*")) {
        return {
          offset,
          message: "aliases (*name) are not supported",
          hint: "write the value out, or use ${ENV_NAME}",
        };
      }
      if (token === "[" || token === "{") depth++;
      if (token === "]" || token === "}") depth--;
      if (depth > MAX_FLOW_DEPTH) return { offset, message: "brackets are nested too deeply" };
    }
    if (!isMarker(token)) offset += token.length;
    previous = token;
  }
  return undefined;
}

/** Tokens of one control character mark the stream's structure and stand for no text. */
function isMarker(token: string): boolean {
  return token === SCALAR || token === "\u0002" || token === "\u0018";
}

/**
 * `secret_key: <88 characters or so: abc>` is how examples are written, and no YAML, for the `: ` in it.
 * Quoting such a value lets an example be read as it stands, and moves no other position.
 */
function quotePlaceholders(text: string): string {
  return text.replace(/^([ \t]*[\w-]+:[ \t]+)(<[^<>'\r\n]*>)[ \t]*$/gm, "$1'$2'");
}
