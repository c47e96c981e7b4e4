const STAND_INS = [[/^vitest$/, "./vitest.mjs"], [/support\/analysis\.js$/, "./analysis.mjs"]];

export async function resolve(specifier, context, next) {
  const found = STAND_INS.find(([pattern]) => pattern.test(specifier));
  return found ? { url: new URL(found[1], import.meta.url).href, shortCircuit: true } : await next(specifier, context);
}
