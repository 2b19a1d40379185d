import { type Expression, type Node, SyntaxKind } from "typescript/unstable/ast";
import { isAsExpression, isBinaryExpression, isElementAccessExpression } from "typescript/unstable/ast/is";
import { API, type Type, TypeFlags, type UnionType } from "typescript/unstable/sync";
import { describe, expect, test } from "vitest";
import { nameOf, own } from "./names";

describe("own", () => {
  test("finds what an object holds itself, and nothing that every object has", () => {
    expect(own({ a: 1 }, "a")).toBe(1);
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "b", ""]) expect(own({ a: 1 }, name)).toBeUndefined();
    expect(own(JSON.parse('{"__proto__": 2}'), "__proto__")).toBe(2);
    expect(own(undefined, "a")).toBeUndefined();
    expect(nameOf({ r1: "Board" }, "r1")).toBe("Board");
    expect(nameOf({ r1: "Board" }, "constructor")).toBeNull();
  });
});

/** Whether a type takes any text, and not some names that are written in the code. */
const takesAnyText = (type: Type | undefined): boolean =>
  type !== undefined && ((type.flags & TypeFlags.String) !== 0 || ((type.flags & TypeFlags.Union) !== 0 && (type as UnionType).getTypes().some(takesAnyText)));

/** What a key is before somebody claims that it is of a narrower type. */
const written = (key: Expression): Expression => (isAsExpression(key) ? written(key.expression) : key);

/** Where a program looks up any text in an object, as `file:line code`. */
function lookups(root: string, isOurs: (file: string) => boolean): string[] {
  const api = new API();
  try {
    const [project] = api.updateSnapshot({ openProject: `${root}/tsconfig.json` }).getProjects();
    if (!project) throw new Error("There is no project to look through.");
    const files = project.program.getSourceFileNames().filter((file) => file.startsWith(`${root}/`) && isOurs(file.slice(root.length + 1)));
    return files.flatMap((file) => {
      const source = project.program.getSourceFile(file);
      if (!source) return [];
      const found: { node: Node; key: Node }[] = [];
      const visit = (node: Node): void => {
        if (isElementAccessExpression(node)) found.push({ node, key: written(node.argumentExpression) });
        if (isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.InKeyword) found.push({ node, key: written(node.left) });
        node.forEachChild(visit);
      };
      visit(source);
      const types = project.checker.getTypeAtLocation(found.map(({ key }) => key));
      return found
        .filter((_, index) => takesAnyText(types[index]))
        .map(
          ({ node }) => `${file.slice(root.length + 1)}:${source.text.slice(0, node.end).split("\n").length} ${source.text.slice(node.pos, node.end).trim()}`,
        );
    });
  } finally {
    api.close();
  }
}

// A rule of the compiler's types, which the linter does not know: a key that is one of some names in the code is no danger.
test("no object is looked up by a text but through `own`: it may be `constructor`", () => {
  const shipped = /^(app|components|lib)\/(?!.*\.test\.tsx?$).*\.tsx?$/;
  const found = lookups(process.cwd(), (file) => shipped.test(file));
  expect(found).toEqual([expect.stringMatching(/^lib\/names\.ts:\d+ object\[name\]$/)]);
});
