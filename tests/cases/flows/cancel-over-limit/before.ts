import { tracedFetch } from './traced-fetch.js';

type Fetch = (url: string) => Promise<Response>;

class Downloader {
  constructor(private readonly fetch: Fetch, private readonly limit: number) {}

  async download(url: string): Promise<Uint8Array> {
    const response = await this.fetch(url);
    if (!response.body) return new Uint8Array();
    const reader = response.body.getReader();
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(chunks);
      size += value.byteLength;
      if (size > this.limit) {
        await reader.cancel();
        throw new Error(`${url} is larger than ${this.limit} bytes`);
      }
      chunks.push(value);
    }
  }
}

const downloader = new Downloader(tracedFetch, 1_000);
console.log(`ok ${await downloader.download('https://files.test/big').catch((error: Error) => error.message)}`);
