// Who listens to a device, and which events they have had: the core tells an event again when it is not sure that it arrived.
import { type DeviceEvent, type DeviceListener, type GatewayEvent, decodeEvent, eventNames } from './events.js';
import { seenEventsMax } from './limits.js';

// Webhooks to this address are for the listeners of this very device; they never leave the process.
export const localUrl = 'https://listeners.wuts.invalid/';

export const localWebhook = { webhook_url: localUrl, enabled_events: [...eventNames] };

export class Listeners {
  private readonly all = new Set<DeviceListener>();
  private readonly seen = new Set<string>();

  add(listener: DeviceListener): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  // A listener that throws is the page's bug: it is reported, and neither the others nor the device notice.
  tell(event: DeviceEvent): void {
    for (const listener of [...this.all]) {
      try {
        listener(event);
      } catch (problem) {
        if (typeof reportError === 'function') reportError(problem);
        else console.error(problem);
      }
    }
  }

  tellWebhook(body: string): void {
    const event = decodeEvent(body);
    if (event && this.fresh(event)) this.tell(event);
  }

  private fresh(event: GatewayEvent): boolean {
    if (this.seen.has(event.id)) return false;
    this.seen.add(event.id);
    if (this.seen.size > seenEventsMax) this.seen.delete(this.seen.values().next().value!);
    return true;
  }
}
