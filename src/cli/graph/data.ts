/** What a picture of the lock graph is made from: also what the page gets, so nothing in here may need Node.js. */

/** A place in the code with the lines around it. */
export interface Spot {
  /** As it is told to people, and as an editor finds it. */
  readonly file: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The function that it stands in. */
  readonly within: string;
  /** Lines of code, of which the first has this number. */
  readonly first: number;
  readonly code: readonly string[];
}

export interface GraphNode {
  readonly id: number;
  readonly name: string;
  /** mutex, semaphore, pool …, as far as it is known. */
  readonly kind: string;
  /** Where it is waited for. */
  readonly taken: readonly Spot[];
  readonly inCycle: boolean;
}

/** One place where the second lock is waited for while the first is held. */
export interface Site {
  /** Where the first one was taken. */
  readonly held: Spot;
  /** What, in the section of the first, waits for the second. */
  readonly waits: Spot;
  /** The request for the second, if it stands in another function. */
  readonly asks: Spot | undefined;
  readonly inCycle: boolean;
}

export interface GraphEdge {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly sites: readonly Site[];
  readonly inCycle: boolean;
}

export interface Graph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Each as the edges in turn. */
  readonly cycles: readonly (readonly number[])[];
}
