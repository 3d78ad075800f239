/** An expression of a template as a tree. */
export type Tree =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly given: readonly Tree[] }
  | { readonly kind: "property"; readonly of: Tree; readonly name: string };

/** Reads what stands between the brackets of an expression. @throws Error for what is none. */
export function parseExpression(body: string): Tree {
  let rest = body;
  const take = (pattern: RegExp): string | undefined => {
    const [found, inner] = pattern.exec(rest) ?? [];
    if (found !== undefined) rest = rest.slice(found.length);
    return inner ?? found;
  };
  const fail = (): never => {
    throw new Error(`no expression at ${JSON.stringify(rest)} in ${body}`);
  };
  const readCall = (): Tree => {
    const text = take(/^'((?:[^']|'')*)'/);
    if (text !== undefined) return { kind: "text", text: text.replaceAll("''", "'") };
    const name = take(/^([a-zA-Z]+)\(/) ?? fail();
    const given: Tree[] = [];
    while (take(/^\)/) === undefined) {
      if (given.length > 0 && take(/^,\s*/) === undefined) fail();
      given.push(readTree());
    }
    return { kind: "call", name, given };
  };
  const readTree = (): Tree => {
    let tree = readCall();
    for (let name = take(/^\.(\w+)/); name !== undefined; name = take(/^\.(\w+)/)) {
      tree = { kind: "property", of: tree, name };
    }
    return tree;
  };
  const tree = readTree();
  return rest === "" ? tree : fail();
}
