// What GitHub's own parser says of each file: an object of file to messages, as JSON.
import { readFileSync } from "node:fs";
import { validate } from "@actions/languageservice";

function document(path) {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  return {
    uri: `file://${path}`,
    languageId: "yaml",
    version: 1,
    lineCount: lines.length,
    getText: () => text,
    positionAt(offset) {
      const before = text.slice(0, offset).split("\n");
      return { line: before.length - 1, character: before.at(-1).length };
    },
    offsetAt: ({ line, character }) => lines.slice(0, line).join("\n").length + (line ? 1 : 0) + character,
  };
}

async function main(paths) {
  const said = {};
  for (const path of paths) {
    const found = await validate(document(path), {});
    said[path] = found.map((one) => `${one.range.start.line + 1}: ${one.message}`);
  }
  console.log(JSON.stringify(said));
}

main(process.argv.slice(2));
