/** From measurements to figures, and to what each is allowed to be. */
import { type Edits, type Lints, type Variant, VARIANTS, type Work } from "./measure.js";

export interface Figure {
  readonly median: number;
  /** The median distance from the median. */
  readonly spread: number;
}

export interface Verdict {
  readonly name: string;
  readonly value: number;
  readonly budget: number;
  readonly isMet: boolean;
}

export interface EditReport {
  readonly kind: string;
  readonly file: string;
  readonly empty: Figure;
  readonly ours: Figure;
  /** The slowest tenth of the edits is slower than this. */
  readonly emptyP90: number;
  readonly oursP90: number;
}

export interface Report {
  readonly name: string;
  readonly files: number;
  readonly leftOut: readonly string[];
  readonly rounds: number;
  readonly reports: number;
  /** CPU seconds of a whole run. */
  readonly cpu: Readonly<Record<Variant, Figure>>;
  readonly rss: Readonly<Record<Variant, Figure>>;
  /** What each variant adds to the empty rule, as a share of what no-floating-promises adds. */
  readonly ratios: Readonly<Record<Variant, Figure>>;
  readonly work: Work;
  readonly verdicts: readonly Verdict[];
}

/** Shares of the CPU time of no-floating-promises; milliseconds; the factor from one size to twice that. */
const BUDGETS = { alone: 0.25, beside: 0.1, checkerCalls: 15, edit: 25, growth: 2.3 };

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share, below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  return low + ((sorted[below + 1] ?? low) - low) * (at - below);
}

export function figureOf(values: readonly number[]): Figure {
  const median = quantile(values, 0.5);
  return { median, spread: quantile(values.map((value) => Math.abs(value - median)), 0.5) };
}

const upTo = (name: string, value: number, budget: number, isMet = value <= budget): Verdict => ({ name, value, budget, isMet });

const byVariant = (figure: (variant: Variant) => Figure): Record<Variant, Figure> => {
  const [empty, nfp, ours, both] = VARIANTS.map(figure) as [Figure, Figure, Figure, Figure];
  return { empty, nfp, ours, both };
};

type About = Pick<Report, "name" | "leftOut"> & { readonly files: readonly string[] };

export function reportLints({ name, files, leftOut }: About, { runs, work }: Lints): Report {
  const cpu = byVariant((variant) => figureOf(runs[variant].map((run) => run.cpu / 1000)));
  const { empty, nfp, both } = cpu;
  const unit = nfp.median - empty.median;
  const ratios = byVariant((variant) => ({ median: (cpu[variant].median - empty.median) / unit, spread: cpu[variant].spread / unit }));
  const added = both.median - nfp.median;
  return {
    name, files: files.length, leftOut, rounds: runs.empty.length, reports: runs.ours[0]?.reports ?? 0, cpu, ratios, work,
    rss: byVariant((variant) => figureOf(runs[variant].map((run) => run.rss))),
    verdicts: [
      upTo("ours alone, of no-floating-promises", ratios.ours.median, BUDGETS.alone),
      upTo("ours beside it, of it", added / unit, BUDGETS.beside, added / unit <= BUDGETS.beside || added <= nfp.spread + both.spread),
      upTo("checker calls per 1,000 call sites", work.checkerCalls / work.callSites * 1000, BUDGETS.checkerCalls),
    ],
  };
}

export function reportEdits(targets: object, edits: Edits): { readonly edits: readonly EditReport[]; readonly verdicts: readonly Verdict[] } {
  const files = new Map(Object.entries(targets) as [string, string][]);
  const rows = [...edits].map(([kind, { empty, ours }]): EditReport => ({
    kind, file: files.get(kind) ?? "", empty: figureOf(empty), ours: figureOf(ours), emptyP90: quantile(empty, 0.9), oursP90: quantile(ours, 0.9),
  }));
  const locks = rows.find(({ kind }) => kind === "locks");
  return { edits: rows, verdicts: locks ? [upTo("ms added by an edit in a file with locks", locks.ours.median - locks.empty.median, BUDGETS.edit)] : [] };
}

/** Twice the files may take little more than twice the time. */
export function growth(small: Report, large: Report): Verdict {
  const added = ({ cpu: { ours, empty } }: Report): number => ours.median - empty.median;
  return upTo(`growth of ours from ${small.files} to ${large.files} files`, added(large) / added(small), BUDGETS.growth * large.files / small.files / 2);
}
