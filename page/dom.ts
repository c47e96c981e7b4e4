/** Elements made from text alone: nothing that comes from code or file names is ever read as markup. */

type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Readonly<Record<string, string>> = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function shape<K extends keyof SVGElementTagNameMap>(name: K, attributes: Readonly<Record<string, string | number>> = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

export function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no ${id}.`);
  return found;
}

export function findInput(id: string): HTMLInputElement {
  const found = find(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`${id} is no input.`);
  return found;
}

export function findPicture(): SVGSVGElement {
  const found = document.querySelector<SVGSVGElement>("svg");
  if (!found) throw new Error("The page has no picture.");
  return found;
}

/** A press of Enter or the space bar is a click. */
export function onChoose(target: Element, run: () => void): void {
  target.addEventListener("click", (event) => { event.stopPropagation(); run(); });
  target.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    run();
  });
}
