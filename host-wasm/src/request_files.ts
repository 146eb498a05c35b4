// Files inside a request: those that are given as such, and long base64 in the members of a JSON body, which become files so that
// the core's limits of a body hold for what is left.
import type { Request, RequestFile } from './commands.js';
import { bodyFileCharsMax } from './limits.js';

export interface TakenFile {
  member: string;
  blob: Blob;
  fileName: string;
  contentType: string;
}

const prefix = /^data:([\w.+-]+\/[\w.+-]+)?((?:;[\w.+-]+=[\w.+-]+)*);base64,/;

// Both alphabets, padding optional; undefined: it is none, and stays where it is for the core to say so.
function ofBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const out = new Uint8Array(binary.length);
    for (let i = 0; i < out.length; ++i) out[i] = binary.charCodeAt(i);
    return out;
  } catch {
    return undefined;
  }
}

function taken(member: string, value: unknown): TakenFile | undefined {
  if (typeof value !== 'string' || value.length <= bodyFileCharsMax) return undefined;
  const head = prefix.exec(value.slice(0, 256));
  const bytes = ofBase64(head ? value.slice(head[0].length) : value);
  return bytes && { member, blob: new Blob([bytes]), fileName: '', contentType: head ? `${head[1] ?? ''}${head[2] ?? ''}` : '' };
}

function given({ member = '', blob, fileName, contentType }: RequestFile): TakenFile {
  return { member, blob, fileName: fileName ?? (blob as Partial<File>).name ?? '', contentType: contentType ?? blob.type };
}

export function takeFiles({ body, files = [], contentType }: Request): { text: string; files: TakenFile[] } {
  const out = files.map(given);
  if (body === undefined) return { text: '', files: out };
  let object: unknown = body;
  if (typeof body === 'string') {
    if (body.length <= bodyFileCharsMax || (contentType !== undefined && !contentType.startsWith('application/json'))) return { text: body, files: out };
    try {
      object = JSON.parse(body);
    } catch {
      return { text: body, files: out };
    }
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return { text: typeof body === 'string' ? body : JSON.stringify(body), files: out };
  const rest: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(object)) {
    const file = taken(member, value);
    if (file) out.push(file);
    else rest[member] = value;
  }
  return { text: out.length > files.length || typeof body !== 'string' ? JSON.stringify(rest) : body, files: out };
}

// A body as HTTP brings it: a form becomes an object of texts and its files, anything that is neither JSON nor text a file.
export async function requestBody(contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<Pick<Request, 'body' | 'contentType' | 'files' | 'form'>> {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (bytes.length === 0) return { contentType };
  if (type === 'multipart/form-data') {
    let parts;
    try {
      parts = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    } catch {
      return { body: '', contentType };   // the core says what it thinks of it
    }
    const texts: Record<string, string> = {}, files: RequestFile[] = [];
    for (const [member, value] of parts) {
      if (typeof value === 'string') texts[member] = value;
      else files.push({ member, blob: value as Blob, fileName: (value as File).name, contentType: (value as Blob).type });
    }
    return { body: JSON.stringify(texts), contentType: 'application/json', files, form: true };
  }
  if (type === '' || type === 'application/json' || type.endsWith('+json') || type.startsWith('text/')) {
    return { body: new TextDecoder().decode(bytes), contentType };
  }
  return { contentType, files: [{ blob: new Blob([bytes]), contentType }] };
}
