// What a device tells its listeners: the events of the webhooks, typed by name, and a few of the host itself.
import type { LogLevel } from './abi.js';
import type { WutsError } from './errors.js';

export interface CallData {
  call_id: string;
  from: string;
  from_pn?: string;
  from_lid?: string;
  call_creator: string;
  chat_jid: string;
  group_jid?: string;
  is_group: boolean;
  is_video: boolean;
  offline: boolean;
  timestamp: string;
  platform?: string;
  version?: string;
  silenced?: boolean;
  missed?: boolean;
}

export interface MessageData {
  message_id: string;
  from: string;
  to: string;
  chat_jid: string;
  timestamp: string;
  is_from_me: boolean;
  content?: string;
  message_type?: string;
  push_name?: string;
  is_group?: boolean;
  from_pn?: string;
  from_lid?: string;
  from_other_device?: boolean;
  offline?: boolean;
  unverified?: boolean;  // is_from_me: that device did not prove that it is one of ours
}

export interface ReceiptData {
  message_ids: string[];
  chat_jid: string;
  by: string;
  receipt_type: 'delivered' | 'read' | 'played';
  timestamp: string;
}

export interface ChatSettingData {
  chat_jid: string;
  timestamp: string;
  from_full_sync: boolean;
  by: 'us' | 'other_device';
}

export interface Timed {
  timestamp: string;
}

// Data by event name. Names without an entry of their own carry what the core put there.
export interface EventData {
  'message.received': MessageData & { content: string; message_type: string; push_name: string };
  'message.sent': MessageData;
  'message.delivered': ReceiptData;
  'message.read': ReceiptData;
  'message.undecryptable': { message_id: string; chat_jid: string; from: string; reason: string } & Timed;
  'message.delete_for_me': ChatSettingData;
  'mention.sent': Record<string, unknown>;
  'media.retry': { message_id: string; chat_jid: string; from: string; is_from_me: boolean; available: boolean; result: string } & Timed;
  'device.connected': { jid: string; lid: string; connected: true } & Timed;
  'device.disconnected': { jid: string; reason: string; connected: false } & Timed;
  'device.logged_out': { reason: string; code: number } & Timed;
  'connection.pair_error': { reason: string } & Timed;
  'connection.stream_replaced': Timed;
  'connection.failure': { code: number; reason: string; app_version?: string } & Timed;
  'connection.temporary_ban': { code: number; expires_in: number } & Timed;
  'connection.manual_reconnect': Record<string, unknown>;
  'connection.keepalive_timeout': Timed;
  'connection.keepalive_restored': Timed;
  'contact.presence': Record<string, unknown>;
  'contact.changed': { jid: string; full_name: string; first_name: string } & Timed;
  'contact.pushname': { jid: string; push_name: string } & Timed;
  'contact.about': { jid: string; about: string } & Timed;
  'contact.picture': Record<string, unknown>;
  'chat.presence': Record<string, unknown>;
  'chat.mark_as_read': ChatSettingData & { read: boolean };
  'chat.pin': ChatSettingData & { pinned: boolean };
  'chat.mute': ChatSettingData & { muted: boolean; muted_until?: string };
  'chat.archive': ChatSettingData & { archived: boolean };
  'chat.delete': ChatSettingData;
  'chat.clear': ChatSettingData;
  'group.info': Record<string, unknown>;
  'group.joined': Record<string, unknown>;
  'call.offer': CallData;
  'call.accept': CallData;
  'call.pre_accept': CallData;
  'call.reject': CallData & { by: 'us' | 'other_device' | 'peer' | 'unknown' };
  'call.terminate': CallData & { reason: string; duration?: number };
  'call.relay_latency': CallData;
  'call.transport': CallData;
  'call.unknown': CallData;
  'qr.generated': { qr_code: string; ttl: number; expires_at: string } & Timed;
  'pair.success': { jid: string; lid: string; platform: string; business_name: string } & Timed;
  'identity.change': { jid: string } & Timed;
  'privacy.blocklist': Record<string, unknown>;
  'privacy.settings': Record<string, unknown>;
  'settings.unarchive_chats': { setting: string; value: unknown } & Timed;
  'settings.user_status_mute': Record<string, unknown>;
  'label.edit': Record<string, unknown>;
  'label.association_chat': Record<string, unknown>;
  'label.association_message': Record<string, unknown>;
  'newsletter.join': Record<string, unknown>;
  'newsletter.leave': Record<string, unknown>;
  'newsletter.live_update': Record<string, unknown>;
  'newsletter.mute_change': Record<string, unknown>;
  'history.sync': { sync_type: unknown; progress: number; chunk: number; conversations: number } & Timed;
  'offline.sync_preview': { total: number; messages: number; receipts: number; notifications: number; calls: number } & Timed;
  'offline.sync_completed': { count: number } & Timed;
  'app_state.sync_complete': { collection: string; version: number; full: boolean } & Timed;
  'chat.lock': ChatSettingData & { locked: boolean };
  // About other messages: what each says of `target` stands in the reference.
  'message.edited': MessageData & Record<string, unknown>;
  'message.revoked': MessageData & Record<string, unknown>;
  'message.pinned': MessageData & Record<string, unknown>;
  'message.kept': MessageData & Record<string, unknown>;
  'poll.vote': MessageData & Record<string, unknown>;
  'chat.timer': Record<string, unknown> & Timed;
  'status.received': MessageData & { muted?: boolean; background_color?: string };
  'call.auto_reply': {
    call_id: string; to: string; chat_jid: string; message_id: string;
    outcome: 'sent' | 'delivered' | 'refused' | 'expired'; code?: number;
  } & Timed;
}

export type EventName = keyof EventData;

// One webhook event: `id` is the same when it is told again (after a crash, or a retry).
export type GatewayEvent = {
  [Name in EventName]: { type: Name; id: string; timestamp: number; deviceId: string; userId: string; data: EventData[Name] };
}[EventName];

export type HostEvent =
  | { type: 'status'; connected: boolean; paired: boolean; jid: string; lastSeenMs: number; webhookUrl: string }
  | { type: 'log'; level: LogLevel; text: string; number: bigint }
  // The machine was thrown away and opens again from the store (`final`: it does not).
  | { type: 'problem'; error: WutsError; final: boolean }
  // All data of the device is gone.
  | { type: 'removed' };

export type DeviceEvent = GatewayEvent | HostEvent;
export type DeviceListener = (event: DeviceEvent) => void;

// In the order of core/gateway/webhooks/event_names.h; a test compares the two.
export const eventNames = [
  'message.received', 'message.sent', 'message.delivered', 'message.read', 'message.undecryptable', 'message.delete_for_me',
  'mention.sent', 'media.retry', 'device.connected', 'device.disconnected', 'device.logged_out', 'connection.pair_error',
  'connection.stream_replaced', 'connection.failure', 'connection.temporary_ban', 'connection.manual_reconnect',
  'connection.keepalive_timeout', 'connection.keepalive_restored', 'contact.presence', 'contact.changed', 'contact.pushname',
  'contact.about', 'contact.picture', 'chat.presence', 'chat.mark_as_read', 'chat.pin', 'chat.mute', 'chat.archive',
  'chat.delete', 'chat.clear', 'group.info', 'group.joined', 'call.offer', 'call.accept', 'call.pre_accept', 'call.reject',
  'call.terminate', 'call.relay_latency', 'call.transport', 'call.unknown', 'qr.generated', 'pair.success', 'identity.change',
  'privacy.blocklist', 'privacy.settings', 'settings.unarchive_chats', 'settings.user_status_mute', 'label.edit',
  'label.association_chat', 'label.association_message', 'newsletter.join', 'newsletter.leave', 'newsletter.live_update',
  'newsletter.mute_change', 'history.sync', 'offline.sync_preview', 'offline.sync_completed', 'app_state.sync_complete',
  'call.auto_reply', 'chat.lock',
  'message.edited', 'message.revoked', 'message.pinned', 'message.kept', 'poll.vote', 'chat.timer', 'status.received',
] as const satisfies readonly EventName[];

interface Envelope {
  id: string;
  event: EventName;
  timestamp: number;
  device_id: string;
  user_id: string;
  data: never;
}

// The body of a webhook as an event; undefined when it is none.
export function decodeEvent(body: string): GatewayEvent | undefined {
  let envelope: Envelope;
  try {
    envelope = JSON.parse(body) as Envelope;
  } catch {
    return undefined;
  }
  if (typeof envelope?.id !== 'string' || typeof envelope.event !== 'string') return undefined;
  const { id, event, timestamp, device_id, user_id, data } = envelope;
  return { type: event, id, timestamp, deviceId: device_id, userId: user_id, data } as GatewayEvent;
}
