import ts = require("typescript");

import type { Finding } from "../hazards/finding.js";
import type { AcquireSite } from "../summaries/events.js";
import { type Edit, editedText, type Facts, insert, type Proposal, replace } from "./edits.js";
import { type Runner, runnerOf } from "./exchange-runs.js";
import { indentOf, indentUnit, innermost, namesIn, nodeAt, nodeOf, usesOf, walk } from "./syntax.js";

type Splittable = ts.FunctionDeclaration | ts.MethodDeclaration | ts.ArrowFunction;

interface Part {
  readonly whole: Splittable;
  readonly name: string;
  readonly runner: Runner;
  /** What the section returns is dropped by the function. */
  readonly drops: boolean;
}

/**
 * Splits a function that is nothing but one section: the new part expects the lock to be held, and the holder calls it. Whoever reads
 * the code must see that the part is called nowhere else, so it is never a fix.
 */
export function splitFunction(site: AcquireSite, { place }: Finding, facts: Facts): Proposal | undefined {
  const call = nodeAt(nodeOf(place.body.ticket), place.span);
  if (!call || !ts.isCallExpression(call)) return undefined;
  const target = facts.questions.functionCalled(call);
  const whole = target && nodeOf(target);
  const part = whole && isSplittable(whole) && whole.getSourceFile() === call.getSourceFile() ? partOf(whole, site) : undefined;
  const callee = part && calleeOf(call, part);
  if (!part || !callee) return undefined;
  const locked = `${part.name}Locked`;
  if (usesOf(locked, whole?.getSourceFile() ?? call).length > 0 || whole?.getSourceFile().text.includes(`${locked}(`)) return undefined;
  const atPlace = replace(callee, locked);
  const inside = atPlace.start >= part.runner.callback.pos && atPlace.end <= part.runner.callback.end;
  const edits: Edit[] = [
    ...(inside ? [] : [atPlace]),
    replace(part.runner.callback, `() => ${ts.isMethodDeclaration(part.whole) ? "this." : ""}${locked}(${part.whole.parameters.map(argumentFor).join(", ")})`),
    insert(statementOf(part.whole).end, textOf(part, locked, call, atPlace, facts)),
  ];
  return { messageId: "split", data: { name: part.name, part: locked }, edits, proved: false };
}

const isSplittable = (node: ts.Node): node is Splittable =>
  (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || (ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent)))
  && !node.asteriskToken && node.parameters.every((parameter) => ts.isIdentifier(parameter.name));

function partOf(whole: Splittable, site: AcquireSite): Part | undefined {
  const runner = runnerOf(site);
  const name = ts.isArrowFunction(whole) ? (whole.parent as ts.VariableDeclaration).name : whole.name;
  if (!runner || !whole.body || !name || !(ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) || runner.callback.parameters.length > 0) return undefined;
  if (!ts.isArrowFunction(runner.callback) && namesIn(runner.callback).has("this")) return undefined;
  if (!ts.isBlock(whole.body)) return innermost(whole.body) === runner.call ? { whole, name: name.text, runner, drops: false } : undefined;
  const [only, ...others] = whole.body.statements;
  if (!only || others.length > 0 || !(ts.isReturnStatement(only) || ts.isExpressionStatement(only)) || !only.expression) return undefined;
  return innermost(only.expression) === runner.call ? { whole, name: name.text, runner, drops: ts.isExpressionStatement(only) } : undefined;
}

/** The name in the call that is to be replaced. */
function calleeOf({ expression }: ts.CallExpression, { whole }: Part): ts.Node | undefined {
  if (!ts.isMethodDeclaration(whole)) return ts.isIdentifier(expression) ? expression : undefined;
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const { kind } = expression.expression;
  return kind === ts.SyntaxKind.ThisKeyword || kind === ts.SyntaxKind.SuperKeyword ? expression.name : undefined;
}

const argumentFor = (parameter: ts.ParameterDeclaration): string => `${parameter.dotDotDotToken ? "..." : ""}${parameter.name.getText()}`;

const statementOf = (whole: Splittable): ts.Node => (ts.isArrowFunction(whole) ? whole.parent.parent.parent : whole);

function textOf(part: Part, locked: string, call: ts.CallExpression, atPlace: Edit, facts: Facts): string {
  const { whole } = part;
  const indent = indentOf(statementOf(whole));
  const types = whole.typeParameters ? `<${whole.typeParameters.map((each) => each.getText()).join(", ")}>` : "";
  const returns = whole.type && !(part.drops && givesValue(part.runner.callback)) ? `: ${whole.type.getText()}` : "";
  const head = `${types}(${whole.parameters.map((each) => each.getText()).join(", ")})${returns}`;
  const body = bodyOf(part, atPlace, indent, facts);
  if (ts.isArrowFunction(whole)) return `\n${indent}const ${locked} = async ${head} => ${body};`;
  if (ts.isFunctionDeclaration(whole)) return `\n\n${indent}async function ${locked}${head} ${body}`;
  return `\n\n${indent}${modifiers(whole, locked, call)}async ${locked}${head} ${body}`;
}

function modifiers(whole: ts.MethodDeclaration, locked: string, call: ts.Node): string {
  let around: ts.Node = call;
  while (!ts.isClassLike(around) && !ts.isSourceFile(around)) around = around.parent;
  const visible = locked.startsWith("#") ? "" : around === whole.parent ? "private " : "protected ";
  return `${visible}${whole.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ? "static " : ""}`;
}

function bodyOf({ whole, runner: { callback }, drops }: Part, atPlace: Edit, indent: string, { questions }: Facts): string {
  const text = editedText(callback.body, [atPlace]);
  if (ts.isBlock(callback.body)) return outdent(text, indentOf(callback.body).slice(indent.length));
  const inner = indent + indentUnit(callback);
  if (ts.isArrowFunction(whole) && !drops) return text;
  if (drops && /^(?:undefined|null|void 0|\d+|"[^"]*"|'[^']*')$/.test(text)) return "{}";
  if (!drops) return `{\n${inner}return ${text};\n${indent}}`;
  return `{\n${inner}${questions.isPromise(callback.body) ? "await " : ""}${/^(?:\{|function\b|class\b)/.test(text) ? `(${text})` : text};\n${indent}}`;
}

/** Lines of template literals mean what they say. */
const outdent = (text: string, by: string): string => (text.includes("`") || by === "" ? text : text.replaceAll(`\n${by}`, "\n"));

function givesValue({ body }: ts.ArrowFunction | ts.FunctionExpression): boolean {
  let gives = false;
  if (ts.isBlock(body)) walk(body, (node) => { if (ts.isReturnStatement(node) && node.expression) gives = true; });
  return gives;
}
