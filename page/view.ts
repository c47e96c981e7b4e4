import { find, findPicture } from "./dom.js";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the picture that is seen: dragged, and made larger with the wheel. */
export class View {
  readonly #svg = findPicture();
  #x = 0;
  #y = 0;
  #scale = 1;
  #size = { width: 1, height: 1 };
  /** What was last made to fit. */
  #part: Box | undefined;

  constructor() {
    this.#svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
    }, { passive: false });
    this.#svg.addEventListener("pointerdown", (down) => { this.#drag(down); });
    addEventListener("resize", () => { this.fit(this.#part); });
    find("fit").addEventListener("click", (event) => { event.stopPropagation(); this.fit(); });
  }

  show(width: number, height: number): void {
    this.#size = { width, height };
    this.fit();
  }

  /** Makes all of the picture seen, or a part of it with some room around. */
  fit(part?: Box): void {
    this.#part = part;
    const { clientWidth, clientHeight } = this.#svg, { x, y, width, height } = part ?? { x: 0, y: 0, ...this.#size };
    this.#scale = Math.min(1.25, clientWidth / width, clientHeight / height);
    this.#x = x + (width - clientWidth / this.#scale) / 2;
    this.#y = y + (height - clientHeight / this.#scale) / 2;
    this.#apply();
  }

  #zoom(by: number, atX: number, atY: number): void {
    const scale = Math.min(4, Math.max(0.05, this.#scale * by));
    this.#x += atX / this.#scale - atX / scale;
    this.#y += atY / this.#scale - atY / scale;
    this.#scale = scale;
    this.#apply();
  }

  #drag(down: PointerEvent): void {
    let { clientX, clientY } = down, isMoved = false;
    const move = (event: PointerEvent): void => {
      if (!isMoved && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 4) return;
      if (!isMoved) this.#svg.setPointerCapture(down.pointerId);
      isMoved = true;
      this.#svg.classList.add("dragging");
      this.#x -= (event.clientX - clientX) / this.#scale;
      this.#y -= (event.clientY - clientY) / this.#scale;
      ({ clientX, clientY } = event);
      this.#apply();
    };
    const up = (): void => {
      this.#svg.classList.remove("dragging");
      this.#svg.removeEventListener("pointermove", move);
    };
    this.#svg.addEventListener("pointermove", move);
    this.#svg.addEventListener("pointerup", up, { once: true });
    this.#svg.addEventListener("pointercancel", up, { once: true });
  }

  #apply(): void {
    const { clientWidth, clientHeight } = this.#svg;
    this.#svg.setAttribute("viewBox", [this.#x, this.#y, Math.max(1, clientWidth) / this.#scale, Math.max(1, clientHeight) / this.#scale].join(" "));
  }
}
