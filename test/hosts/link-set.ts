import { parse, type Signed } from "./client.ts";
import type { Answer } from "./host.ts";
import type { Stage } from "./suite.ts";

interface Item extends Signed {
  readonly id: string;
  readonly line: number;
  readonly link: string;
  readonly provider?: string;
}

export interface Items {
  readonly items: readonly Item[];
  readonly total: number;
}

export const text = { "content-type": "text/plain" };

export const FILE = `# cars
cars://cars_2020_20_10/a b.jpg
https://example.com/ü.jpg

bad line
cars://cars_2020_20_10/a b.jpg
fs://remote-storage-private/sets/one.txt
`;

/** Stores a link file under a name. */
export const putSet = (stage: () => Stage, name: string, file: string): Promise<Answer> =>
  stage().client.send("PUT", `/links/sets/${name}`, text, file);

/** Asks for the resolved items of a set. */
export const itemsOf = async (stage: () => Stage, name: string, query = ""): Promise<Items> =>
  parse<Items>(await stage().client.send("GET", `/links/sets/${name}/items${query}`));
