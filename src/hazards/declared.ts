import type { LoweredFile } from "../effects/ir.js";
import type { LockNode } from "./identity.js";
import type { DeclaredOrder } from "./lock-order.js";

/** Orders declared by `@lockOrder` over the fields of a class or the bindings of a module, and by the settings. */
export function declaredOrders(files: readonly LoweredFile[], settings: readonly (readonly string[])[]): DeclaredOrder[] {
  const tags = files.flatMap((file) => [
    ...file.orders.map((tag) => order(tag.names, (node, name) => isBinding(node, file.file, name))),
    ...file.classes.flatMap((info) => info.orders.map((tag) => order(tag.names, (node, name) => node.resource.object.declaredBy === info && fieldName(node) === plain(name)))),
  ]);
  return [...tags, ...settings.map((names) => order(names, (node, name) => matchesPath(node, name)))];
}

const plain = (name: string): string => name.replace(/^this\./, "");
const fieldName = ({ resource: { object } }: LockNode): string => object.key && object.owner ? object.owner.name : object.name;

function order(names: readonly string[], is: (node: LockNode, name: string) => boolean): DeclaredOrder {
  const rank = (node: LockNode): number => names.findIndex((name) => is(node, name));
  return {
    text: names.join(", "),
    matches: (edge) => {
      const from = rank(edge.from), to = rank(edge.to);
      return from < 0 || to < 0 ? undefined : { from, to };
    },
  };
}

const isBinding = (node: LockNode, file: string, name: string): boolean => node.id.startsWith(`${file}#`) && fieldName(node) === name.split(".").at(-1);

/** `Class.field`, or the name of a binding. */
function matchesPath(node: LockNode, path: string): boolean {
  const [first = "", second] = path.split(".");
  const { object } = node.resource;
  if (second === undefined) return !object.declaredBy && fieldName(node) === first;
  return fieldName(node) === second && (object.declaredBy?.name === first || object.owner?.name === first);
}
