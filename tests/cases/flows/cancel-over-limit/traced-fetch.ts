/** What was answered, kept for the trace viewer. */
export const trace = new Map<string, Response>();

const answer = (): Response =>
  new Response(new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(600)) }));

export async function tracedFetch(url: string): Promise<Response> {
  const response = answer();
  trace.set(url, response.clone());
  return response;
}
