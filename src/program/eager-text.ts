/** Could work be started in this text before it is looked at? A loop awaits what it goes through, or two names are awaited in turn. */
export function startsEagerly(text: string): boolean {
  return awaitsItems(text) || awaitsInTurn(text);
}

const LOOP = /\bfor\s*(await\s*)?\(\s*(?:const|let|var)\s+([\w$]+)\s+of\s+([\w$]*)/g;

function awaitsItems(text: string): boolean {
  for (const { index, 1: awaits, 2: item = "", 3: list = "" } of text.matchAll(LOOP)) {
    if (awaits === undefined ? isAwaited(text, item, index) : list !== "" && (text.includes(`${list}.push(`) || text.includes(`${list} = `)) && text.includes(".map(")) return true;
  }
  return false;
}

function isAwaited(text: string, name: string, from: number): boolean {
  const written = `await ${name}`;
  for (let at = text.indexOf(written, from); at >= 0; at = text.indexOf(written, at + 1)) if (!/[\w$]/.test(text[at + written.length] ?? "")) return true;
  return false;
}

const NAMED = /\bawait\s+([\w$]+)\s*[;,)\]}]/g;

/** Names that are declared with something that isn't awaited there. */
function awaitsInTurn(text: string): boolean {
  const names = new Set<string>();
  for (const [, name = ""] of text.matchAll(NAMED)) {
    const declared = text.indexOf(`const ${name} = `);
    if (declared >= 0 && !text.startsWith("await ", declared + name.length + 9)) names.add(name);
    if (names.size > 1) return true;
  }
  return false;
}
