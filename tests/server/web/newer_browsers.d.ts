// What browsers have and the descriptions that come with TypeScript 4 (Debian's) do not; TypeScript 5 brings its own.

interface CanvasRenderingContext2D {
  roundRect(x: number, y: number, width: number, height: number, radius: number): void;
}

interface Navigator {
  readonly wakeLock?: { request(kind: "screen"): Promise<object> };
}

declare class DecompressionStream {
  constructor(format: "deflate");
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
