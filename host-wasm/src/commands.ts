// Typed commands: thin wrappers over request(). Anything else of the REST API goes through request() itself.
import { WutsError, textOf } from './errors.js';

export interface Request {
  method: string;
  path: string;                    // with query
  body?: string | object;          // an object is sent as JSON
  contentType?: string;            // of a string body; default application/json
  deviceId?: string;               // what the header X-Device-Id would say
  idempotencyKey?: string;         // Idempotency-Key: the same key and body get the same answer for a day
  prefer?: string;                 // Prefer, for example respond-async
  range?: string;                  // Range and If-None-Match, of GET and HEAD
  ifNoneMatch?: string;
  files?: RequestFile[];           // beside the body, or instead of base64 in it
  form?: boolean;                  // the body stands for a form: an object of texts
}

export interface RequestFile {
  member?: string;                 // which member of the body it is; none: the whole body is the file
  blob: Blob;
  fileName?: string;
  contentType?: string;            // default: blob.type
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  blob?: Blob;                     // instead of a text: the bytes of a file
}

export interface CallSettings {
  auto_reject: boolean;
  auto_reject_groups: boolean;
  auto_reply: { enabled: boolean; message: string; cooldown_seconds: number };
  allow: string[];
}

export interface CallSettingsChange {
  auto_reject?: boolean;
  auto_reject_groups?: boolean;
  auto_reply?: Partial<CallSettings['auto_reply']>;
  allow?: string[];
}

export interface Applied {
  success: true;
  chat_jid: string;
  outcome: 'applied' | 'unchanged';
  version: number;
  warning?: string;
}

export interface Rejected {
  success: true;
  outcome: 'confirmed' | 'unconfirmed' | 'already_ended';
}

export interface DeviceStatus {
  connected: boolean;
  status: string;
  device_id: string;
  [more: string]: unknown;
}

export interface QrCode {
  qr_code: string;
  cached: boolean;
  expires_at: string;
  ttl: number;
}

export interface PairCode {
  code: string;
  phone: string;
  expires_in: number;
  cached: boolean;
  instructions: string;
}

export interface SentMessage {
  success: true;
  message_id: string;
  timestamp: string;
  status: string;
  chat_jid: string;
  metadata: Record<string, unknown>;
}

export interface WebhookSettings {
  webhook_url: string;
  enabled_events: string[];
  secret?: string;
  retry_attempts?: number;
  timeout?: number;
  headers?: Record<string, string>;
}

export abstract class Commands {
  abstract request(request: Request): Promise<Answer>;

  // request(), then the JSON of the answer; a status of 400 or more is thrown as REQUEST_FAILED.
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.request(body ? { method, path, body } : { method, path });
    let json: { error?: string | { message?: string }; error_code?: string } = {};
    try {
      json = JSON.parse(answer.body) as typeof json;
    } catch {
      // left empty: the status says enough
    }
    if (answer.status < 400) return json as T;
    throw new WutsError('REQUEST_FAILED', textOf(json.error) ?? `${method} ${path} was answered with ${answer.status}`,
                        json.error_code ? { status: answer.status, apiCode: json.error_code } : { status: answer.status });
  }

  async status(): Promise<DeviceStatus> {
    return (await this.call<{ data: DeviceStatus }>('GET', '/status')).data;
  }
  async qr(options: { refresh?: boolean } = {}): Promise<QrCode> {
    return (await this.call<{ data: QrCode }>('GET', options.refresh ? '/qr?refresh=true' : '/qr')).data;
  }
  async pairCode(phone: string): Promise<PairCode> {
    return (await this.call<{ data: PairCode }>('POST', '/paircode', { phone })).data;
  }
  async connect(): Promise<void> {
    await this.call('POST', '/connect', {});
  }
  async disconnect(): Promise<void> {
    await this.call('POST', '/disconnect', {});
  }
  async logout(): Promise<void> {
    await this.call('POST', '/logout', {});
  }

  // `unconfirmed`: the service did not answer in time.
  rejectCall(call: { call_id: string; from: string }): Promise<Rejected> {
    return this.call('POST', '/calls/reject', { call_id: call.call_id, from: call.from });
  }
  async callSettings(): Promise<CallSettings> {
    return this.call('GET', '/calls/settings');
  }
  async changeCallSettings(change: CallSettingsChange): Promise<CallSettings> {
    return this.call('PUT', '/calls/settings', change);
  }

  async chats<T = Record<string, unknown>>(): Promise<T> {
    return this.call('GET', '/chats');
  }
  archiveChat(jid: string, archived: boolean): Promise<Applied & { archived: boolean }> {
    return this.call('POST', `/chats/${encodeURIComponent(jid)}/archive`, { archived });
  }
  pinChat(jid: string, pinned: boolean): Promise<Applied & { pinned: boolean }> {
    return this.call(pinned ? 'POST' : 'DELETE', `/chats/${encodeURIComponent(jid)}/pin`);
  }
  muteChat(jid: string, muted: boolean, seconds?: number): Promise<Applied & { muted: boolean }> {
    const body = seconds ? { muted, duration_seconds: seconds } : { muted };
    return this.call('POST', `/chats/${encodeURIComponent(jid)}/mute`, body);
  }
  readChat(jid: string, read = true): Promise<Applied & { read: boolean }> {
    return this.call('POST', `/chats/${encodeURIComponent(jid)}/read`, { read });
  }

  sendText(number: string, text: string): Promise<SentMessage> {
    return this.call('POST', '/send/text', { number, text });
  }

  async setWebhook(settings: WebhookSettings): Promise<void> {
    await this.call('POST', '/webhook', settings);
  }
  async deleteWebhook(): Promise<void> {
    await this.call('DELETE', '/webhook');
  }
}
