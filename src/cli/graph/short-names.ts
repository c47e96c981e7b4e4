/** What files are called by as few folders as tell them apart: `a/index.ts` and `b/index.ts`, but `main.ts`. Also for the page. */
export function shortNames(files: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...new Set(files)];
  return new Map(all.map((file) => {
    const parts = file.split("/");
    for (let count = 1; count < parts.length; count++) {
      const short = parts.slice(-count).join("/");
      if (!all.some((other) => other !== file && (other === short || other.endsWith(`/${short}`)))) return [file, short];
    }
    return [file, file];
  }));
}
