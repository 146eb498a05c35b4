// The streaming cipher and the readers of headers inside core.wasm, with the shape that files.ts needs. The same code that
// runs natively: what it makes is the same everywhere.
import { ByteWriter } from './bytes.js';
import type { Core } from './core.js';

export const pieceBytes = 64 << 10;

export interface Sealed {
  last: Uint8Array<ArrayBuffer>;
  size: number;
  sealedSize: number;
  sha256: Uint8Array<ArrayBuffer>;
  encSha256: Uint8Array<ArrayBuffer>;
  sidecar: Uint8Array<ArrayBuffer>;
  firstFrameSidecar: Uint8Array<ArrayBuffer>;
}

// Either is finished, or forgotten: end() or forget().
export class Sealing {
  private readonly number: number;
  // Without a key nothing is sealed: only size and hash are wanted.
  constructor(private readonly core: Core, mediaKey: Uint8Array, info: string, sidecar = false, firstFrameLength = 0) {
    this.number = core.beginFile('wa_seal', new ByteWriter().bytes(mediaKey).text(info).bool(sidecar).u64(BigInt(firstFrameLength)).done());
  }
  feed(piece: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.core.feedFile(this.number, piece);
  }
  end(): Sealed {
    const in_ = this.core.askFile('wa_sealed', this.number);
    return { last: in_.bytes(), size: Number(in_.u64()), sealedSize: Number(in_.u64()), sha256: in_.bytes(), encSha256: in_.bytes(),
             sidecar: in_.bytes(), firstFrameSidecar: in_.bytes() };
  }
  forget(): void {
    this.core.forgetFile(this.number);
  }
}

// What feed() gives is authentic only when end() gave something.
export class Opening {
  private readonly number: number;
  constructor(private readonly core: Core, file: { mediaKey: Uint8Array; info: string; encSha256: Uint8Array; sha256: Uint8Array }) {
    this.number = core.beginFile('wa_unseal', new ByteWriter().bytes(file.mediaKey).text(file.info).bytes(file.encSha256).bytes(file.sha256).done());
  }
  feed(piece: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.core.feedFile(this.number, piece);
  }
  end(): { last: Uint8Array<ArrayBuffer>; size: number; sha256: Uint8Array<ArrayBuffer> } | undefined {
    const in_ = this.core.askFile('wa_unsealed', this.number);
    return in_.bool() ? { last: in_.bytes(), size: Number(in_.u64()), sha256: in_.bytes() } : undefined;
  }
  forget(): void {
    this.core.forgetFile(this.number);
  }
}

export interface Facts {
  mimetype: string;
  width: number;
  height: number;
  seconds: number;
  animated: boolean;
  firstFrameLength: number;
  voiceNote: boolean;
}

export async function readFacts(core: Core, file: Blob): Promise<Facts> {
  const number = core.beginFacts(file.size);
  for (;;) {
    const in_ = core.askFile('wa_facts_next', number);
    if (!in_.bool()) {
      return { mimetype: in_.text(), width: in_.u32(), height: in_.u32(), seconds: in_.u32(), animated: in_.bool(), firstFrameLength: Number(in_.u64()),
               voiceNote: in_.bool() };
    }
    const offset = Number(in_.u64()), count = in_.u32();
    core.feedFile(number, new Uint8Array(await file.slice(offset, offset + count).arrayBuffer()));
  }
}
