// The list of devices, for the holder of the master secret only. No request of a device passes through it: a token says
// itself which object to ask.
import { DurableObject } from 'cloudflare:workers';
import type { Env } from './env.js';
import { devicesMax } from './limits.js';

export interface Entry {
  id: string;        // what the API calls device_id
  objectId: string;  // of the Durable Object
  name: string;
  created: string;
}

export class Registry extends DurableObject<Env> {
  // false: full.
  async add(entry: Entry): Promise<boolean> {
    if ((await this.ctx.storage.list({ prefix: 'device:', limit: devicesMax })).size >= devicesMax) return false;
    await this.ctx.storage.put(`device:${entry.id}`, entry);
    return true;
  }
  async find(id: string): Promise<Entry | undefined> {
    return this.ctx.storage.get<Entry>(`device:${id}`);
  }
  async list(): Promise<Entry[]> {
    return [...(await this.ctx.storage.list<Entry>({ prefix: 'device:', limit: devicesMax })).values()];
  }
  async drop(id: string): Promise<void> {
    await this.ctx.storage.delete(`device:${id}`);
  }
}
