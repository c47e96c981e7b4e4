import type { Catalogue } from "../catalogue/index.js";
import type { Effect } from "../catalogue/types.js";
import type { CallExpression, Expression } from "../effects/ir.js";
import type { ProgramPort } from "../effects/port.js";

/** What the catalogue says that a call does. */
export const effectsOfCall = ({ ticket }: CallExpression, port: ProgramPort, catalogue: Catalogue): readonly Effect[] =>
  port.targetsOf(ticket).entities.flatMap((entity) =>
    entity.kind === "library" ? catalogue.findOperations(entity.package, entity.on, entity.member, entity).map(({ effect }) => effect) : []);

/** What the catalogue says of a member of whatever a value is. */
export const effectsOfMember = ({ ticket }: Expression, member: string, port: ProgramPort, catalogue: Catalogue): readonly Effect[] =>
  port.typeOf(ticket).library.flatMap(({ package: from, name }) => catalogue.findOperations(from, name, member).map(({ effect }) => effect));
