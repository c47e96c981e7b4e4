const STAND_INS = [[/^vitest$/, "./vitest.mjs"], [/support\/analysis\.js$/, "./analysis.mjs"], [/^(?:\.\.\/)+src\/(.*)$/, "../../../dist/$1"]];

export async function resolve(specifier, context, next) {
  const found = STAND_INS.find(([pattern]) => pattern.test(specifier));
  return found ? { url: new URL(specifier.replace(...found).replace(/^.*(?=\.\/vitest|\.\/analysis)/, ""), import.meta.url).href, shortCircuit: true } : await next(specifier, context);
}
