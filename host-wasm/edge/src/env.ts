// The bindings of the Worker: wrangler.jsonc and workerd.capnp name the same ones.
import type { Device } from './device.js';
import type { Registry } from './registry.js';

export interface Env {
  DEVICE: DurableObjectNamespace<Device>;
  REGISTRY: DurableObjectNamespace<Registry>;
  MASTER_TOKEN_SHA256?: string;      // hex; without it no device can be made
  TRANSPORT?: string;                // "fetch" (default) or "connect": see README
  WS_URL?: string;                   // default: the service
  APP_VERSION?: string;
  LINGER_MS?: string;                // silence on the link after which a oneshot visit ends, default 3000
  PAIR_HOLD_MS?: string;             // how long the link is kept after pairing, default 60000
  GUARD_MS?: string;                 // how soon an alarm follows a death in the middle of something, default 30000
  POLL_SECONDS_MIN?: string;         // default 60
  ALLOW_HTTP_WEBHOOKS?: string;      // "true": also http:// webhooks
  ALLOW_PRIVATE_WEBHOOKS?: string;   // "true": also webhook URLs of loopback and private networks
  ROOT_KEY?: string;                 // hex: the certificate root of a simulated service
  MEDIA_HOST?: string;               // http://host:port: replaces the media hosts, for a simulated service
}

// A binding from the environment that is not set is null.
export function numberOf(text: string | undefined | null, otherwise: number): number {
  const value = Number(text);
  return text && Number.isFinite(value) && value >= 0 ? value : otherwise;
}
