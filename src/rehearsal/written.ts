import type { Expression } from "../effects/ir.js";

/** A short form of what is awaited, for messages. */
export function writtenName(e: Expression): string {
  switch (e.k) {
    case "name": return e.name;
    case "member": return e.object.k === "name" || e.object.k === "member" ? `${lastName(e.object)}.${e.name}` : e.name;
    case "call": return e.callee.k === "name" && e.callee.name === "import" && e.args[0]?.k === "literal" ? `import("${String(e.args[0].value)}")` : `${writtenName(e.callee)}()`;
    case "new": return `new ${writtenName(e.callee)}`;
    case "await": return writtenName(e.value);
    case "index": return writtenName(e.object);
    default: return "a promise";
  }
}

const lastName = (e: Expression & { k: "name" | "member" }): string => e.name;

