// What a file is (InspectFile): its headers are read by the core; pictures are scaled and turned into JPEG or WebP, and
// sound is measured, where the runtime can (a page). What could not be done is said in `warnings`; the file goes out all the same.
import type { FileInspected } from './abi.js';
import type { Core } from './core.js';
import { type Facts, readFacts } from './file_work.js';
import { thumbnailBytesMax } from './limits.js';

// Each may be missing, and may reject: then there is none of it.
export interface Inspector {
  // A JPEG with sides of at most `side` pixels.
  thumbnail?(file: Blob, side: number): Promise<Uint8Array<ArrayBuffer>>;
  picture?(file: Blob, type: 'image/jpeg' | 'image/webp', side: number | undefined): Promise<Blob>;
  // The loudness of 64 parts, 0..100.
  waveform?(file: Blob): Promise<Uint8Array<ArrayBuffer>>;
}

export interface Inspection extends Omit<FileInspected, 'kind' | 'converted' | 'size'> {
  converted?: Blob;
}

const nothing = new Uint8Array(0);
const picturePixelsMax = 40_000_000;   // of a picture that is decoded: more needs too much memory

async function drawn(file: Blob, side: number | undefined, square: boolean): Promise<OffscreenCanvas> {
  const bitmap = await createImageBitmap(file);
  try {
    const scale = side === undefined ? 1 : square ? side / Math.max(bitmap.width, bitmap.height) : Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale)), height = Math.max(1, Math.round(bitmap.height * scale));
    const canvas = square && side !== undefined ? new OffscreenCanvas(side, side) : new OffscreenCanvas(width, height);
    canvas.getContext('2d')!.drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    return canvas;
  } finally {
    bitmap.close();
  }
}

// What the runtime has: a page and its workers have pictures, a page sound; node and the edge have neither.
export function runtimeInspector(): Inspector {
  const out: Inspector = {};
  if (typeof createImageBitmap === 'function' && typeof OffscreenCanvas === 'function') {
    out.thumbnail = async (file, side) => {
      const blob = await (await drawn(file, side, false)).convertToBlob({ type: 'image/jpeg', quality: 0.7 });
      return new Uint8Array(await blob.arrayBuffer());
    };
    out.picture = async (file, type, side) => {
      const blob = await (await drawn(file, side, side !== undefined)).convertToBlob({ type, quality: 0.9 });
      if (blob.type !== type) throw new Error('this browser does not write the format');
      return blob;
    };
  }
  if (typeof OfflineAudioContext === 'function') {
    out.waveform = async (file) => {
      const sound = await new OfflineAudioContext(1, 1, 16_000).decodeAudioData(await file.arrayBuffer());
      return loudness(sound.getChannelData(0));
    };
  }
  return out;
}

// 09 section 3, Waveform.
export function loudness(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const parts = 64, means = new Float64Array(parts);
  for (let part = 0; part < parts; ++part) {
    const from = Math.floor(samples.length * part / parts), to = Math.floor(samples.length * (part + 1) / parts);
    let sum = 0;
    for (let i = from; i < to; ++i) sum += Math.abs(samples[i]!);
    means[part] = to > from ? sum / (to - from) : 0;
  }
  const loudest = Math.max(...means) || 1;
  return Uint8Array.from(means, (mean) => Math.round(mean / loudest * 100));
}

// Which type the kind wants, if not this one.
function wantedType(kind: string, facts: Facts): string | undefined {
  const { mimetype } = facts;
  if (kind === 'image') return mimetype === 'image/jpeg' ? undefined : 'image/jpeg';
  if (kind === 'sticker') return mimetype === 'image/webp' ? undefined : 'image/webp';
  if (kind === 'voice') return facts.voiceNote ? undefined : 'audio/ogg; codecs=opus';
  if (kind === 'video' || kind === 'gif' || kind === 'ptv') return mimetype === 'video/mp4' || mimetype === 'video/3gpp' ? undefined : 'video/mp4';
  return undefined;
}

// `picturePixelsMax` is asked of the headers, before anything is decoded.
export async function inspectFile(core: Core, file: Blob, effect: { inspectAs: string; thumbnail: boolean; convert: boolean },
                                  inspector: Inspector = runtimeInspector()): Promise<Inspection> {
  const facts = await readFacts(core, file);
  const { mimetype, width, height, seconds, animated, firstFrameLength } = facts;
  const out: Inspection = { mimetype, width, height, seconds, pages: 0, animated, firstFrameLength, thumbnail: nothing, waveform: nothing, warnings: [] };
  const typed = file.type === '' && mimetype !== '' ? file.slice(0, file.size, mimetype) : file;
  const picture = mimetype.startsWith('image/') && width * height <= picturePixelsMax;
  const attempt = async <T>(what: string, work: Promise<T> | undefined): Promise<T | undefined> => {
    try {
      if (work) return await work;
    } catch {
      // said below
    }
    out.warnings.push(what);
    return undefined;
  };
  const wanted = effect.convert ? wantedType(effect.inspectAs, facts) : undefined;
  if (wanted === 'image/jpeg' || wanted === 'image/webp') {
    const side = wanted === 'image/webp' ? 512 : undefined;
    const made = await attempt(`not converted to ${wanted}: this host cannot`, picture ? inspector.picture?.(typed, wanted, side) : undefined);
    if (made) {
      out.converted = made;
      out.mimetype = wanted;
      const changed = await readFacts(core, made);
      [out.width, out.height] = [changed.width, changed.height];
    }
  } else if (wanted) {
    out.warnings.push(`not converted to ${wanted}: this host cannot`);
  }
  const showsPicture = !['sticker', 'audio', 'voice'].includes(effect.inspectAs) && (effect.inspectAs !== 'document' || picture);
  if (effect.thumbnail && showsPicture) {
    const side = effect.inspectAs === 'link_thumbnail' ? 320 : 100;
    const made = await attempt('no thumbnail: this host cannot make one', picture ? inspector.thumbnail?.(typed, side) : undefined);
    if (made && made.length <= thumbnailBytesMax) out.thumbnail = made;
  }
  if (effect.inspectAs === 'voice') {
    const made = await attempt('no waveform: this host cannot make one', inspector.waveform?.(typed));
    if (made) out.waveform = made;
  }
  return out;
}
