export type Hook = (response: Response) => Promise<void>;

export class HookedClient {
  constructor(private readonly send: (url: string) => Promise<Response>, private readonly hooks: readonly Hook[]) {}

  async get(url: string, retries = 2): Promise<Response> {
    for (let attempt = 0; ; attempt += 1) {
      const response = await this.send(url);
      const pending = this.hooks.map((hook) => hook(response.clone()));
      if (response.ok || attempt >= retries) {
        await Promise.all(pending);
        return response;
      }
      await response.body?.cancel();
    }
  }
}
