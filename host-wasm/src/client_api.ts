// Written by host-native/site/openapi/build.mjs from the same tables as the published description: do not edit.

export interface Error {
  success: false;
  /** For people; may change. */
  error: string;
  /** Stable: branch on it. */
  error_code: string;
  /** When. */
  timestamp: string;
  /** Every bad field at once. */
  validation?: {
    /** Which field. */
    field: string;
    /** What is wrong. */
    message: string;
    /** What was given. */
    value?: unknown;
  }[];
  /** What the service answered. */
  upstream_code?: number;
}
export interface CallSettings {
  /** Reject every one-to-one call. */
  auto_reject?: boolean;
  /** Reject group calls as well. */
  auto_reject_groups?: boolean;
  auto_reply?: {
    /** Answer the caller after a reject. */
    enabled?: boolean;
    /** 1 to 4096 characters when enabled. */
    message?: string;
    /** At most one reply per caller in this time. */
    cooldown_seconds?: number;
    /** Automatic replies over all callers, 1 to 1000; beyond, call.auto_reply says limited. */
    max_per_hour?: number;
  };
  /** Never rejected automatically. */
  allow?: string[];
}
export interface Call {
  /** Id of the call. */
  call_id: string;
  /** The caller's number. */
  from_pn?: string;
  /** The caller's LID. */
  from_lid?: string;
  /** What rang. */
  kind: 'audio' | 'video';
  /** A group call. */
  is_group: boolean;
  /** The offer came late: a missed call. */
  offline: boolean;
  /** ringing, accepted, rejected, ended, missed. */
  state: string;
  /** Outcome of the reject. */
  reject?: string | null;
  /** Outcome of the auto-reply. */
  reply?: string | null;
  /** When it rang. */
  timestamp: string;
}
export interface Chat {
  /** The chat. */
  jid: string;
  /** What it is. */
  type: 'contact' | 'group';
  /** Its name. */
  name: string;
  /** Pinned. */
  pinned: boolean;
  /** Archived. */
  archived: boolean;
  /** Absent when not muted. */
  muted_until?: string;
  /** 1 for a contact. */
  participant_count: number;
  /** Holds messages that the account has not read, or was marked so. */
  unread: boolean;
  /** How many of them are known here. */
  unread_count: number;
  /** The labels that the chat carries. */
  labels: string[];
  /** Of the last message known here. */
  last_message_at?: string;
}
export interface Label {
  /** The label. */
  label_id: string;
  /** Name. */
  name: string;
  /** Colour index. */
  color: number;
  /** Of a label that every business account has. */
  predefined_id?: number;
}
export interface Contact {
  /** Who. */
  jid: string;
  /** First name. */
  first_name?: string;
  /** Name in the address book. */
  full_name: string;
  /** Name they chose. */
  push_name: string;
  /** Verified name. */
  business_name?: string;
}
export interface ResolvedContact {
  /** As given. */
  input: string;
  /** As understood. */
  input_jid: string;
  /** What the service calls them. */
  resolved_jid: string;
  /** PN form. */
  jid: string;
  /** Digits. */
  phone_number: string;
  /** LID form. */
  lid_jid?: string;
  /** Name. */
  full_name?: string;
  /** Name they chose. */
  push_name?: string;
}
export interface Device {
  /** Its id. */
  id: string;
  /** Its user. */
  user_id: string;
  /** Its name. */
  name: string;
  /** Own JID. */
  whatsapp_jid: string | null;
  /** Online. */
  connected: boolean;
  /** Last online. */
  last_seen: string | null;
  /** Its webhook. */
  webhook_url: string | null;
  /** Created. */
  created_at: string;
  /** Changed. */
  updated_at: string;
}
export interface Webhook {
  /** Its id. */
  id: string;
  /** Where. */
  webhook_url: string;
  /** What. */
  enabled_events: string[];
  /** Delivering. */
  enabled: boolean;
  /** After the first. */
  retry_attempts: number;
  /** Seconds. */
  timeout: number;
  /** Sent with every delivery. Values are masked. */
  headers: Record<string, string>;
  /** Created. */
  created_at: string;
  /** Changed. */
  updated_at: string;
  /** How old an event may get; null: attempts count. */
  retry_for_seconds: number | null;
  filters: WebhookFilters;
  /** Events that wait. */
  queued: number;
  /** When the oldest of them was told. */
  oldest_at: string | null;
  /** The last 2xx. */
  last_success_at: string | null;
  last_error: {
    /** Why. */
    reason: 'refused' | 'dns' | 'tls' | 'timeout' | 'closed' | 'address_not_allowed' | 'status';
    /** The HTTP status; null: no answer. */
    status: number | null;
    /** What to look at. */
    message: string;
    /** When. */
    at: string;
  } | null;
  /** The receiver does not answer, and is asked with one post at a time. */
  suspended: boolean;
  /** The queue was full. */
  dropped: number;
  /** Moved to the failed deliveries. */
  given_up: number;
  /** Told while it was disabled. */
  missed_while_disabled: number;
  /** Failed deliveries that are kept. */
  failed: number;
  /** Failed deliveries of the device that were forgotten: too many, too old. */
  failed_forgotten: number;
  /** While a rotation overlaps. */
  previous_secret_valid_until?: string;
  /** Why it was disabled by itself. */
  disabled_reason?: string;
}
export interface WebhookFilters {
  /** What is of no chat passes. */
  chats?: {
    /** None: all. */
    kinds?: ('direct' | 'group' | 'status' | 'newsletter')[];
    /** None: all. */
    include?: string[];
    /** Never these. */
    exclude?: string[];
  };
  /** Own messages, or those of others; null: both. */
  from_me?: boolean | null;
}
export interface FailedDelivery {
  /** Of the event; the webhook-id of every attempt. */
  id: string;
  /** Its name. */
  event: string;
  /** When it happened. */
  timestamp: string;
  /** When it was given up. */
  failed_at: string;
  /** How often it was tried. */
  attempts: number;
  /** The last HTTP status; null: no answer. */
  last_status: number | null;
  last_error: {
    /** Why. */
    reason: 'refused' | 'dns' | 'tls' | 'timeout' | 'closed' | 'address_not_allowed' | 'status';
    /** The HTTP status; null: no answer. */
    status: number | null;
    /** What to look at. */
    message: string;
  };
  /** As in the webhook. */
  data: Record<string, unknown>;
}
export interface Tenant {
  /** Its id. */
  id: string;
  /** Its name. */
  name: string;
  /** Created. */
  created_at: string;
  /** Changed. */
  updated_at: string;
}
export interface NewUser {
  /** Its id. */
  id: string;
  /** Its tenant. */
  tenant_id: string;
  /** E-mail. */
  email: string;
  /** Role. */
  role: 'admin' | 'manager' | 'user';
  /** The token works. */
  active: boolean;
  /** Created. */
  created_at: string;
  /** Changed. */
  updated_at: string;
  /** Shown only now. */
  token: string;
}
export interface User {
  /** Its id. */
  id: string;
  /** Its tenant. */
  tenant_id: string;
  /** E-mail. */
  email: string;
  /** Role. */
  role: 'admin' | 'manager' | 'user';
  /** The token works. */
  active: boolean;
  /** Created. */
  created_at: string;
  /** Changed. */
  updated_at: string;
  /** Masked. */
  token?: string;
}
export interface StatusError {
  success: false;
  error: {
    /** Stable: branch on it. invalid_request, invalid_media, upload_failed, upload_timeout, status_failed, status_timeout, privacy_fetch_failed, privacy_update_failed, privacy_update_timeout, device_error, device_disconnected, unauthorized, forbidden, rate_limited. */
    code: string;
    /** For people; may change. */
    message: string;
  };
  /** The code that every other endpoint would say. */
  error_code: string;
  /** When. */
  timestamp: string;
  /** Every bad field at once. */
  validation?: {
    /** Which field. */
    field: string;
    /** What is wrong. */
    message: string;
  }[];
  /** What the service answered. */
  upstream_code?: number;
}

export interface Operations {
  /** Reject an incoming call. Waits for the service's acknowledgement. An unknown call_id is sent to `from` all the same. When an auto-reply is configured and allowed, it follows. */
  rejectCall: {
    input: {
      /** From the webhook `call.offer`. */
      call_id: string;
      /** PN or LID of the caller, with or without device, or a bare number. */
      from: string;
    };
    answer: {
      success: true;
      /** `confirmed`: the service acknowledged the reject. `unconfirmed`: no acknowledgement in time. */
      outcome: 'confirmed' | 'unconfirmed' | 'already_ended';
    };
  };
  /** Show call settings. An extension of this server. */
  getCallSettings: {
    input: Record<string, never>;
    answer: {
      success: true;
    } & CallSettings;
  };
  /** Change call settings. The reply goes out once a call was rejected, never otherwise, never for group calls or late offers, at most once per caller and cooldown. A member that is absent keeps its value, null makes it what it is when never set. An extension of this server. */
  putCallSettings: {
    input: Record<string, never>;
    answer: {
      success: true;
    } & CallSettings;
  };
  /** Recent calls. The calls of the last 24 hours, newest first; a page of 100 without `limit`. An extension of this server. */
  listCalls: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      /** Newest first. */
      calls: Call[];
      /** How many, in this page. */
      count: number;
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** List chats. Named contacts and groups with their pin, archive and mute settings. */
  getChats: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
      /** `jid` is the default. `last_message_at`: the newest first, without those that had no message. */
      sort?: 'jid' | 'last_message_at';
    };
    answer: {
      success: true;
      /** The chats. */
      chats: Chat[];
      /** How many, in this page. */
      count: number;
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** One chat. As it stands in the list of chats. Asked for by phone number or LID, it is the same chat. An extension of this server. */
  getChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
    };
    answer: {
      success: true;
      chat: Chat;
    };
  };
  /** Delete a chat. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. An extension of this server. */
  deleteChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** Files go, too. */
      delete_media?: boolean;
      /** Hint: unix seconds, unix milliseconds or an RFC 3339 string. */
      last_message_timestamp?: number | string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** Always true. */
      deleted: boolean;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** The labels of a chat. An extension of this server. */
  getChatLabels: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** How many. */
      count: number;
      /** As in the list of labels. */
      labels: Label[];
    };
  };
  /** Label a chat. */
  labelChat: {
    input: {
      /** The chat. */
      jid: string;
      /** The label. */
      label_id: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The label. */
      label_id: string;
      /** The new state. */
      labeled: boolean;
      /** Always applied. */
      outcome: 'applied';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Archive or unarchive a chat. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. Archiving also unpins, in the same patch. */
  archiveChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** false unarchives. */
      archived: boolean;
      /** Hint: unix seconds, unix milliseconds or an RFC 3339 string. */
      last_message_timestamp?: number | string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The new state. */
      archived: boolean;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
      /** Present when the collection is degraded. */
      warning?: string;
    };
  };
  /** Mute or unmute a chat. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. */
  muteChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** false unmutes. */
      muted: boolean;
      /** Absent: for ever. */
      duration_seconds?: number;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The new state. */
      muted: boolean;
      /** As given. */
      duration_seconds?: number;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Pin a chat. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. */
  pinChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The new state. */
      pinned: boolean;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Unpin a chat. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. */
  unpinChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The new state. */
      pinned: boolean;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Mark a chat read or unread. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. An extension of this server. */
  markChatRead: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** false marks it unread. */
      read?: boolean;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The new state. */
      read: boolean;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Remove the messages of a chat. Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile. The chat itself stays. Messages that are newer than the last one known here stay, too. An extension of this server. */
  clearChat: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** Starred messages go, too. */
      delete_starred?: boolean;
      /** Their files go, too. */
      delete_media?: boolean;
      /** Hint: unix seconds, unix milliseconds or an RFC 3339 string. */
      last_message_timestamp?: number | string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** Always true. */
      cleared: boolean;
      /** `unchanged`: the account already was so. */
      outcome: 'applied' | 'unchanged';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Show a typing or recording indicator. */
  sendChatTyping: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** `typing` is answered as `composing`. */
      state: 'typing' | 'composing' | 'recording' | 'paused';
      /** What is being made. */
      media?: 'text' | 'audio';
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** As the service knows it. */
      state: string;
      /** text or audio. */
      media: string;
    };
  };
  /** Show the account as online or offline. */
  sendPresence: {
    input: {
      /** `online` and `offline` are accepted too. */
      state?: 'available' | 'unavailable' | 'online' | 'offline';
    };
    answer: {
      success: true;
      /** available or unavailable. */
      state: string;
    };
  };
  /** Subscribe to a contact's presence. */
  subscribePresence: {
    input: {
      /** Whose. */
      jid: string;
      /** Send our own presence first. */
      ensure_online?: boolean;
    };
    answer: {
      success: true;
      /** Whose. */
      subject_jid: string;
    };
  };
  /** Set disappearing messages. */
  updateChatDisappearing: {
    input: {
      /** User or group JID, or a bare number. */
      jid: string;
      /** Or give `seconds`. */
      preset?: 'off' | '24h' | '7d' | '90d';
      /** 0, 86400, 604800 or 7776000. */
      seconds?: number;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The preset. */
      preset: string;
      /** Its length. */
      seconds: number;
      /** When. */
      timestamp: string;
    };
  };
  /** List contacts. */
  getContacts: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      /** How many, in this page. */
      count: number;
      /** The contacts. */
      contacts: Contact[];
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** Resolve numbers, PN JIDs and LIDs. */
  resolveContacts: {
    input: {
      /** At most 160. */
      jids: string[];
      /** Where they were seen. */
      group_jid?: string;
    };
    answer: {
      success: true;
      /** How many. */
      count: number;
      /** In the order asked. */
      items: ResolvedContact[];
    };
  };
  /** Which numbers have WhatsApp. */
  checkContactsOnWhatsApp: {
    input: {
      /** Numbers with country code. */
      numbers: string[];
    };
    answer: {
      success: true;
      /** By cleaned number. */
      data: Record<string, boolean>;
    };
  };
  /** Profile of a contact. */
  getContactProfile: {
    input: {
      /** Or give `number`. */
      jid?: string;
      /** Or give `jid`. */
      number?: string;
    };
    answer: {
      success: true;
      data: {
        /** Who. */
        jid: string;
        user_info: {
          /** About text. */
          Status: string;
          /** Id of the picture. */
          PictureID: string;
          /** Linked devices. */
          Devices: string[];
          /** Verified business name. */
          VerifiedName: string | null;
        };
        /** Of a business account. */
        business_profile: Record<string, unknown> | null;
      };
    };
  };
  /** Profile picture of a contact. */
  getContactProfilePicture: {
    input: {
      /** Or give `number`. */
      jid?: string;
      /** Or give `jid`. */
      number?: string;
      /** Small size. */
      preview?: boolean;
      /** The id you have: unchanged pictures are flagged. */
      existing_id?: string;
    };
    answer: {
      success: true;
      data: {
        /** Who. */
        jid: string;
        /** Where to get it. */
        url: string | null;
        /** Id. */
        id: string;
        /** Size. */
        type: 'image' | 'preview';
        /** Path on the media host. */
        direct_path: string | null;
      };
    };
  };
  /** Block a contact. */
  blockContact: {
    input: {
      /** Or give `number`. */
      jid?: string;
      /** Or give `jid`. */
      number?: string;
    };
    answer: {
      success: true;
      data: {
        /** Who. */
        jid: string;
        /** Digits. */
        phone_number: string;
        /** What was done. */
        action: string;
        /** The new state. */
        blocked: boolean;
        /** Entries of the list. */
        count: number;
        /** Hash of the list. */
        dhash: string;
      };
    };
  };
  /** Unblock a contact. */
  unblockContact: {
    input: {
      /** Or give `number`. */
      jid?: string;
      /** Or give `jid`. */
      number?: string;
    };
    answer: {
      success: true;
      data: {
        /** Who. */
        jid: string;
        /** Digits. */
        phone_number: string;
        /** What was done. */
        action: string;
        /** The new state. */
        blocked: boolean;
        /** Entries of the list. */
        count: number;
        /** Hash of the list. */
        dhash: string;
      };
    };
  };
  /** List blocked contacts. */
  getBlocklist: {
    input: Record<string, never>;
    answer: {
      success: true;
      data: {
        /** Blocked. */
        items: {
          /** Who. */
          jid: string;
          /** Digits. */
          phone_number: string;
        }[];
        /** How many. */
        count: number;
        /** Hash of the list. */
        dhash: string;
      };
    };
  };
  /** Fetch app state now. */
  appstateSync: {
    input: {
      /** Default: contacts, chats, settings. */
      scopes?: ('contacts' | 'chats' | 'settings' | 'pins' | 'critical')[];
      /** Drop the state and fetch snapshots. */
      full?: boolean;
    };
    answer: {
      success: true;
      /** What was fetched. */
      scopes: string[];
      /** As asked. */
      full_sync: boolean;
    };
  };
  /** Health of the app state. Per collection: the version, whether it is well, the last error, and how many changes of ours wait. An extension of this server. */
  getAppState: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** The five collections. */
      collections: ({
        /** The collection. */
        name: 'critical_block' | 'critical_unblock_low' | 'regular' | 'regular_high' | 'regular_low';
        /** Last applied version. */
        version: number;
        /** `blocked`: a key is missing and was asked for. `degraded`: a hash differs; changes wait for a snapshot that matches. */
        state: 'ok' | 'blocked' | 'degraded';
        /** Why it is not ok. */
        last_error?: string;
        /** Changes of ours that wait. */
        pending: number;
      })[];
    };
  };
  /** List labels. Those that exist, in the order of their ids. A device that was linked before labels were kept shows them after `POST /appstate/sync` with `full`. An extension of this server. */
  getLabels: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      /** How many, in this page. */
      count: number;
      /** The labels. */
      labels: Label[];
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** Create, rename or delete a label. Labels are of business accounts. Kept in the app state: answers after the service accepted the patch. A label that is there keeps the name or colour that is not named. */
  editLabel: {
    input: {
      /** Id of the label. */
      labelId: string;
      /** Name. */
      name?: string;
      /** Colour index. */
      color?: number;
      /** true removes it. */
      deleted?: boolean;
    };
    answer: {
      success: true;
      /** The label. */
      label_id: string;
      /** Name. */
      name: string;
      /** Colour index. */
      color: number;
      /** Removed. */
      deleted: boolean;
      /** Always applied. */
      outcome: 'applied';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Remove a label from a chat. */
  unlabelChat: {
    input: {
      /** The chat. */
      jid: string;
      /** Id of the label. */
      labelId: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** The label. */
      label_id: string;
      /** The new state. */
      labeled: boolean;
      /** Always applied. */
      outcome: 'applied';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Label a message. */
  labelMessage: {
    input: {
      /** Message id. */
      id: string;
      /** The label. */
      label_id: string;
      /** The chat. */
      chat_jid: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** Message id. */
      message_id: string;
      /** The label. */
      label_id: string;
      /** The new state. */
      labeled: boolean;
      /** Always applied. */
      outcome: 'applied';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Remove a label from a message. */
  unlabelMessage: {
    input: {
      /** Message id. */
      id: string;
      /** Id of the label. */
      labelId: string;
      /** The chat. */
      chat_jid: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** Message id. */
      message_id: string;
      /** The label. */
      label_id: string;
      /** The new state. */
      labeled: boolean;
      /** Always applied. */
      outcome: 'applied';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Send an image. The file is looked into, sealed, uploaded and sent; what could not be done stands in `warnings`. What takes longer than the caller waits goes on as a job: 202 with `job_id`. */
  sendImageMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The image: base64, with or without a data-URI prefix. Exactly one of this and image_url; or the part image of multipart/form-data; or the body itself, with the other members in the query. */
      image?: string;
      /** The image: where this server fetches it. */
      image_url?: string;
      /** Up to 1024 characters. */
      caption?: string;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
      /** Can be seen once. */
      viewOnce?: boolean;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send a video. The file is looked into, sealed, uploaded and sent; what could not be done stands in `warnings`. What takes longer than the caller waits goes on as a job: 202 with `job_id`. */
  sendVideoMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The video: base64, with or without a data-URI prefix. Exactly one of this and video_url; or the part video of multipart/form-data; or the body itself, with the other members in the query. */
      video?: string;
      /** The video: where this server fetches it. */
      video_url?: string;
      /** Up to 1024 characters. */
      caption?: string;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
      /** Can be seen once. */
      viewOnce?: boolean;
      /** How long it is, if this server cannot tell. */
      seconds?: number;
      /** Make a preview; default true. */
      generateThumbnail?: boolean;
      /** Convert what phones do not play; default true. */
      convertToMP4?: boolean;
      /** Plays by itself, without sound. An extension. */
      gif?: boolean;
      /** A round video note. An extension. */
      ptv?: boolean;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send an audio or a voice note. The file is looked into, sealed, uploaded and sent; what could not be done stands in `warnings`. What takes longer than the caller waits goes on as a job: 202 with `job_id`. */
  sendAudioMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The audio: base64, with or without a data-URI prefix. Exactly one of this and audio_url; or the part audio of multipart/form-data; or the body itself, with the other members in the query. */
      audio?: string;
      /** The audio: where this server fetches it. */
      audio_url?: string;
      /** A voice note. */
      ptt?: boolean;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
      /** Can be seen once. */
      viewOnce?: boolean;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send a document. The file is looked into, sealed, uploaded and sent; what could not be done stands in `warnings`. What takes longer than the caller waits goes on as a job: 202 with `job_id`. */
  sendDocumentMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The document: base64, with or without a data-URI prefix. Exactly one of this and document_url; or the part document of multipart/form-data; or the body itself, with the other members in the query. */
      document?: string;
      /** The document: where this server fetches it. */
      document_url?: string;
      /** With its extension. Needed with document_url. */
      file_name?: string;
      /** What it is, if this server shall not find out. */
      mime_type?: string;
      /** Up to 1024 characters. */
      caption?: string;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send a sticker. The file is looked into, sealed, uploaded and sent; what could not be done stands in `warnings`. What takes longer than the caller waits goes on as a job: 202 with `job_id`. WebP, at most 500 KB. */
  sendStickerMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** The sticker: base64, with or without a data-URI prefix. Exactly one of this and sticker_url; or the part sticker of multipart/form-data; or the body itself, with the other members in the query. */
      sticker?: string;
      /** The sticker: where this server fetches it. */
      sticker_url?: string;
      /** It moves, if this server cannot tell. */
      is_animated?: boolean;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** It moves. */
      is_animated: boolean;
    };
  };
  /** What became of a file that was to be sent. For seven days after it ended. A job with a URL begins anew after a restart; one whose bytes came with the request ends as failed, with the reason `restarted`. An extension of this server. */
  getJob: {
    input: {
      /** Of an answer 202. */
      id: string;
    };
    answer: {
      success: true;
      /** The job. */
      job_id: string;
      /** How far its message came. */
      status: 'processing' | 'sent' | 'failed';
      /** What is done with the file. */
      stage: 'waiting' | 'fetching' | 'inspecting' | 'sealing' | 'uploading' | 'uploaded' | 'failed';
      /** Of its message, for GET /messages/{id}. */
      message_id: string;
      /** The chat. */
      chat_jid: string;
      /** What it is sent as. */
      kind: string;
      /** When it was begun. */
      created_at: string;
      /** When it came to this stage. */
      updated_at: string;
      /** Why it failed: restarted, not_fetched, not_allowed, timeout, too_large, wrong_type, no_room, refused, unreachable, throttled, unsupported, lost, unpaired, or that of its message. */
      reason?: string;
      /** The same for people. */
      error?: string;
      /** What was answered. */
      upstream_code?: number;
      /** What could not be done. */
      warnings?: string[];
    };
  };
  /** Send a text. The message is stored before it is sent and survives a restart. Success means the service acknowledged it. */
  sendText: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** 1 to 4096 characters. */
      text: string;
      /** Seconds for which typing is shown before the message leaves. */
      typingDuration?: number;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
      /** What is shown of the first link of the text. Nothing is fetched. An extension. */
      link_preview?: {
        /** Title. */
        title: string;
        /** Description. */
        description?: string;
        /** With a play mark. */
        video?: boolean;
        /** JPEG in base64, up to 64 KiB. */
        thumbnail?: string;
      };
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send a text that mentions people. Groups only. Positions are [start, end) in characters of the text as given: what stands there becomes @number, unless it says so already. Without a position, and with silent, the text stays as it is. Everybody: those who are in the group when the message leaves. The event mention.sent follows message.sent. */
  sendTextMentions: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** The group. */
      number: string;
      /** The text. */
      text: string;
      mentions: {
        /** Everybody. */
        mentionAll?: boolean;
        /** Start and end. */
        mentionAllPosition?: number[];
        /** Without the names in the text. */
        silent?: boolean;
        /** Who is mentioned. */
        specificUsers?: {
          /** Who. */
          jid: string;
          /** Name. */
          name?: string;
          /** Start and end. */
          position?: number[];
        }[];
      };
      /** Seconds. */
      typingDuration?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** React to a message. */
  sendReaction: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The message reacted to. */
      messageId: string;
      /** An emoji; empty removes the reaction. */
      reaction: string;
      /** The message was ours. */
      fromMe?: boolean;
      /** Its sender, in a group. */
      participant?: string;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send a location. */
  sendLocation: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Degrees. */
      latitude: number;
      /** Degrees. */
      longitude: number;
      /** Name of the place. */
      name?: string;
      /** Address. */
      address?: string;
      /** Link. */
      url?: string;
      /** Comment. */
      comment?: string;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
    };
  };
  /** Send a contact card. */
  sendContact: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      contact: {
        /** Name shown. */
        display_name: string;
        /** Number. */
        phone: string;
        /** First name. */
        first_name?: string;
        /** Last name. */
        last_name?: string;
        /** Company. */
        company?: string;
        /** E-mail. */
        email?: string;
      };
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
    };
  };
  /** Send contact cards. */
  sendContacts: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** At least one. */
      contacts: {
        /** Name shown. */
        display_name: string;
        /** Number. */
        phone: string;
        /** First name. */
        first_name?: string;
        /** Last name. */
        last_name?: string;
        /** Company. */
        company?: string;
        /** E-mail. */
        email?: string;
      }[];
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** How many. */
      contact_count: number;
    };
  };
  /** Send a poll. */
  sendPollMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** The question. */
      question: string;
      /** 2 to 12. */
      options: {
        /** An answer. */
        option_name: string;
      }[];
      /** More than one answer. */
      allow_multiple_answers?: boolean;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** How many answers. */
      options_count: number;
      /** More than one answer. */
      multiple_choice: boolean;
    };
  };
  /** Send a live location. Only where it is at first: how such a location moves on and ends is not known, and `duration_in_seconds` does not stand in the message. */
  sendLiveLocation: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Degrees. */
      latitude: number;
      /** Degrees. */
      longitude: number;
      /** Metres. */
      accuracy_in_meters?: number;
      /** Metres a second. */
      speed_in_mps?: number;
      /** 0 to 359. */
      degrees_clockwise_from_magnetic_north?: number;
      /** Text. */
      caption?: string;
      /** Grows; default: the time. */
      sequence_number?: number;
      /** Seconds. */
      time_offset?: number;
      /** Not sent. */
      duration_in_seconds?: number;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** What is known of how clients show it. */
      warnings?: string[];
    };
  };
  /** Send buttons. Phones show them; WhatsApp Web and Desktop cannot load such a message. The answers carry `warnings`. */
  sendButtonsMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** The text. */
      message: string;
      /** Small, below. */
      footer?: string;
      /** 1 to 3. */
      buttons: {
        /** Comes back when it is pressed. */
        id: string;
        /** On the button. */
        display_text: string;
      }[];
      /** Sent as numbered lines instead, which everybody can read. An extension. */
      as_text?: boolean;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** What is known of how clients show it. */
      warnings?: string[];
    };
  };
  /** Press a button of a message. */
  sendButtonsResponseMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Its id. */
      selected_button_id: string;
      /** Its text. */
      selected_display_text: string;
      quoted?: {
        /** Quoted message. */
        message_id: string;
        /** Its sender, in a group. */
        participant?: string;
        /** It was ours. */
        fromMe?: boolean;
        /** Its text. */
        body?: string;
        /** What it is: buttons, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
    };
  };
  /** Send a list to choose from. Phones show it. The answers carry `warnings`. */
  sendInteractiveListMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Title. */
      title?: string;
      /** The text. */
      body: string;
      /** Small, below. */
      footer?: string;
      /** Opens the list. */
      button_text: string;
      /** 1 to 10, at most 100 rows together. */
      sections: {
        /** Title. */
        title?: string;
        /** 1 to 30. */
        rows: {
          /** Comes back when it is chosen. */
          id: string;
          /** Title. */
          title: string;
          /** More. */
          description?: string;
        }[];
      }[];
      /** Sent as numbered lines instead, which everybody can read. An extension. */
      as_text?: boolean;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** What is known of how clients show it. */
      warnings?: string[];
    };
  };
  /** Choose a row of a list. */
  sendListResponseMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Its id. */
      selected_row_id: string;
      /** Its title. */
      title: string;
      /** Its description. */
      description?: string;
      quoted?: {
        /** Quoted message. */
        message_id: string;
        /** Its sender, in a group. */
        participant?: string;
        /** It was ours. */
        fromMe?: boolean;
        /** Its text. */
        body?: string;
        /** What it is: buttons, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
    };
  };
  /** Send a text with buttons that open something. Sent as a native flow, which phones show; templates of the old form are shown by hardly anybody. A picture as header is refused. */
  sendTemplateMessage: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The text. */
      body: string;
      /** Small, below. */
      footer?: string;
      header?: {
        /** Of the header. */
        type: 'text';
        /** Title. */
        text: string;
      };
      /** 1 to 3. */
      buttons: ({
        /** What it does. */
        type: 'quick_reply' | 'url' | 'call' | 'copy';
        /** On the button. */
        text: string;
        /** Of a quick reply. */
        id?: string;
        /** Of a link. */
        url?: string;
        /** Of a call. */
        phone_number?: string;
        /** To copy. An extension. */
        code?: string;
      })[];
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What is known of how clients show it. */
      warnings?: string[];
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send a product of a catalog. The picture is not fetched yet: `warnings` says so. */
  sendProduct: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The business. */
      business_owner_jid: string;
      product: {
        /** In its catalog. */
        product_id: string;
        /** Title. */
        title: string;
        /** Description. */
        description?: string;
        /** ISO 4217. */
        currency_code?: string;
        /** Thousandths. */
        price_amount_1000?: number;
        /** Thousandths. */
        sale_price_amount_1000?: number;
        /** Of the business. */
        retailer_id?: string;
        /** Link. */
        url?: string;
        /** Picture. */
        product_image_url?: string;
        /** How many pictures. */
        product_image_count?: number;
      };
      /** Text. */
      body?: string;
      /** Small, below. */
      footer?: string;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What is known of how clients show it. */
      warnings?: string[];
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Send products of a catalog as a list. What clients show of it is not known: `warnings` says so. */
  sendCatalog: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0. */
      wait?: number;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      number: string;
      /** The business. */
      business_owner_jid: string;
      /** Title. */
      title?: string;
      /** Text. */
      description?: string;
      /** Small, below. */
      footer?: string;
      /** Opens the list. */
      button_text: string;
      /** 1 to 10, at most 100 products together. */
      sections: {
        /** Title. */
        title?: string;
        /** 1 to 30. */
        product_ids: string[];
      }[];
      /** Shown above. */
      header_product_id?: string;
      quoted?: {
        key: {
          /** Quoted message. */
          id: string;
          /** It was ours. */
          fromMe?: boolean;
          /** Its sender, in a group. */
          participant?: string;
        };
        message?: {
          /** Its text. */
          conversation?: string;
        };
        /** What it is: text, image, video, audio, document, poll, list, ... An extension. */
        type?: string;
      };
      /** Seconds to wait first. */
      delay?: number;
      /** People of a group who are mentioned. */
      mentioned?: string[];
      /** Shown as forwarded. An extension. */
      forwarded?: boolean;
      /** How often it was forwarded, this time included; from 5 on "many times". An extension. */
      forwarding_score?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** `sent`: the service acknowledged it. */
      status: string;
      /** The chat. */
      chat_jid: string;
      /** What is known of how clients show it. */
      warnings?: string[];
      /** What was done on the way. */
      metadata: Record<string, unknown>;
    };
  };
  /** Ask for a payment. A message that phones in some countries show as a request. It moves no money. */
  sendPaymentRequest: {
    input: {
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** In the smallest part of the currency. */
      amount: number;
      /** ISO 4217. */
      currency: string;
      /** Note. */
      note_message?: string;
      /** Unix seconds; default: in seven days. */
      expiry_timestamp?: number;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** As people write it. */
      amount: string;
      /** What is known of how clients show it. */
      warnings?: string[];
    };
  };
  /** Mark a payment request as paid. Moves no money: `warnings` says so. */
  sendPaymentNotification: {
    input: {
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Id of the request, or its key; in a group with its participant. */
      request_message_key: unknown;
      /** ISO 4217. */
      currency?: string;
      /** In the smallest part of the currency. */
      amount?: number;
      /** Note. */
      note_message?: string;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** As people write it. */
      amount?: string;
      /** What is known of how clients show it. */
      warnings?: string[];
    };
  };
  /** Decline a payment request. */
  declinePaymentRequest: {
    input: {
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Id of the request, or its key; in a group with its participant. */
      request_message_key: unknown;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
    };
  };
  /** Cancel a payment request of ours. */
  cancelPaymentRequest: {
    input: {
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** Id of the request, or its key; in a group with its participant. */
      request_message_key: unknown;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
    };
  };
  /** Ask the phone for older messages of a chat. Answered at once. What the phone sends comes by the event history.sync, under the same `request_id`, in parts of up to 25 messages. A phone that is off says nothing. */
  requestMessageHistory: {
    input: {
      /** The chat. */
      chat_jid: string;
      /** Messages before this one. */
      last_message_id: string;
      /** It was ours. */
      last_message_from_me?: boolean;
      /** Unix seconds of that message. */
      last_message_timestamp: number;
      /** 1 to 500. */
      count?: number;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      /** The chat. */
      chat_jid: string;
      /** How many. */
      requested_count: number;
      /** Of the request, in history.sync. */
      request_id: string;
      /** What is known of how clients show it. */
      warnings?: string[];
    };
  };
  /** How a poll was voted. Polls of the last 31 days. The newest vote of each voter counts; up to 2048 voters. An extension of this server. */
  getPollVotes: {
    input: {
      /** The poll. */
      id: string;
      /** Who sent the poll; default: this account. */
      participant?: string;
    };
    answer: {
      success: true;
      /** Message id. */
      message_id: string;
      /** The chat. */
      chat_jid: string;
      /** The question. */
      question: string;
      /** More than one answer. */
      multiple_choice: boolean;
      /** In their order. */
      options: {
        /** An answer. */
        option_name: string;
        /** How many. */
        votes: number;
        /** Who. */
        voters: string[];
      }[];
      /** Who has voted and not taken it back. */
      voters_count: number;
      /** Since when it is known. */
      timestamp: string;
      /** Of the last vote. */
      updated_at?: string;
    };
  };
  /** What became of a message. Of messages sent from here in the last 30 days, the newest 10000. An extension of this server. */
  getMessage: {
    input: {
      /** The message. */
      id: string;
    };
    answer: {
      success: true;
      /** Message id. */
      message_id: string;
      /** The chat. */
      chat_jid: string;
      /** How far it came. */
      status: 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
      /** Since when. */
      timestamp: string;
      /** When it was taken. */
      queued_at: string;
      /** When the service took it. */
      sent_at?: string;
      /** Why it failed: refused, unknown_recipient, no_devices, timeout, expired. */
      reason?: string;
      /** What the service answered. */
      upstream_code?: number;
    };
  };
  /** Edit a message of ours. Phones ignore an edit that names no message of ours: `outcome` is then `unverified`, and 404 with validateOwnership. */
  editMessage: {
    input: {
      /** The message. */
      id: string;
      /** Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group. */
      to: string;
      /** The new text. */
      message: string;
      /** Refuse messages that are not known to be ours. */
      validateOwnership?: boolean;
    };
    answer: {
      success: true;
      /** Id of the new message. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** For people. */
      message: string;
      /** unverified: no message of this id is known to have been sent from here; unchanged: there was nothing to do. */
      outcome?: string;
      /** What that means. */
      warning?: string;
    };
  };
  /** Delete a message. */
  deleteMessage: {
    input: {
      /** The message. */
      messageId: string;
      /** The chat; status@broadcast for a status. */
      chatJid: string;
      /** For whom. */
      deleteType: 'for_everyone' | 'for_me';
      /** Kept in the answer. */
      reason?: string;
      /** Refuse messages that are not ours. */
      validateOwnership?: boolean;
    };
    answer: {
      success: true;
      /** Message id. */
      message_id: string;
      /** When. */
      deleted_at: string;
      /** For whom. */
      delete_type: string;
      /** The chat. */
      chat_jid: string;
      /** What was done on the way. */
      metadata: Record<string, unknown>;
      /** unverified: no message of this id is known to have been sent from here; unchanged: there was nothing to do. */
      outcome?: string;
      /** What that means. */
      warning?: string;
    };
  };
  /** Star a message, or take the star away. Kept in the app state: answers after the service accepted the patch. An extension of this server. */
  starMessage: {
    input: {
      /** The message. */
      id: string;
      /** The chat. */
      chat_jid: string;
      /** false takes it away. */
      starred?: boolean;
      /** We sent it. */
      fromMe?: boolean;
      /** Who wrote it: needed in groups unless `fromMe`. */
      participant?: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** Message id. */
      message_id: string;
      /** The new state. */
      starred: boolean;
      /** Always applied. */
      outcome: 'applied';
      /** Version of the collection the service confirmed. */
      version: number;
    };
  };
  /** Send a read receipt. */
  markMessageRead: {
    input: {
      /** The message. */
      id: string;
      /** The chat; status@broadcast for a status. */
      chat_jid: string;
      /** Who wrote it. */
      sender_jid: string;
      /** Several at once; default: the id of the path. */
      message_ids?: string[];
      /** When it was read. */
      timestamp?: string;
    };
    answer: {
      success: true;
      /** The chat. */
      chat_jid: string;
      /** Who wrote it. */
      sender_jid: string;
      /** Which. */
      message_ids: string[];
      /** read; read-self when the account hides what it reads: then only its own devices are told. */
      receipt_type: string;
      /** When. */
      timestamp: string;
    };
  };
  /** Post a text as a status. It goes to whoever the list of GET /status/privacy lets see it, and to the own phone; who has no LID is left out. Fewer reached are counted in `failed_devices`. Delete it by DELETE /messages/delete with chatJid status@broadcast. */
  sendTextStatus: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. */
      wait?: number;
      /** 1 to 700 characters. */
      text: string;
      /** #RRGGBB or #AARRGGBB. An extension. */
      text_color?: string;
      /** The same, of the background. */
      background_color?: string;
      /** 0, 1, 2, 6, 7, 8, 9 or 10. An extension. */
      font?: number;
    };
    answer: {
      success: true;
      /** Id of the status. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** text. */
      status_type: string;
      /** Devices and people that it could not reach. */
      failed_devices?: number;
    };
  };
  /** Post an image, a video or a voice note as a status. As /status/text, with a file: looked into, sealed and uploaded first. What takes longer than the caller waits goes on as a job: 202 with `job_id`. `view_once` is ignored: there is no such status. */
  sendMediaStatus: {
    input: {
      /** Seconds to wait for the service, then 202 with the id. */
      wait?: number;
      /** What it is. */
      media_type: 'image' | 'video' | 'gif' | 'audio' | 'voice';
      /** Its type, if this server shall not find out. */
      mime_type?: string;
      /** Base64, with or without a data-URI prefix. Exactly one of this and url; or the part data of multipart/form-data; or the body itself, with the other members in the query. */
      data?: string;
      /** Where this server fetches it. */
      url?: string;
      /** Up to 1024 characters. */
      caption?: string;
      /** Ignored. */
      view_once?: boolean;
    };
    answer: {
      success: true;
      /** Id of the status. */
      message_id: string;
      /** When the service took it. */
      timestamp: string;
      /** media_type. */
      status_type: string;
      /** What was sent. */
      mime_type: string;
      /** Devices and people that it could not reach. */
      failed_devices?: number;
    };
  };
  /** Who sees statuses. All lists that are stored; the one in force first. What was set here counts until the phone changes it. */
  getStatusPrivacy: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** At least one. */
      lists: ({
        /** Who sees statuses: the address book, those on the list, or the address book without those on the list. */
        type: 'contacts' | 'whitelist' | 'blacklist';
        /** This one is in force. */
        default: boolean;
        /** whitelist: who sees statuses; blacklist: who does not. */
        list: string[];
      })[];
    };
  };
  /** Set who sees statuses. Kept in the app state: answers after the service accepted the patch. */
  updateStatusPrivacy: {
    input: {
      /** Who sees statuses: the address book, those on the list, or the address book without those on the list. */
      type: 'contacts' | 'whitelist' | 'blacklist';
      /** whitelist: who sees statuses; blacklist: who does not. */
      list?: string[];
    };
    answer: {
      success: true;
      /** Who sees statuses: the address book, those on the list, or the address book without those on the list. */
      type: 'contacts' | 'whitelist' | 'blacklist';
      /** How many are on the list. */
      count: number;
      /** whitelist: who sees statuses; blacklist: who does not. */
      list: string[];
    };
  };
  /** Create a device. */
  createDevice: {
    input: {
      /** For people. */
      name: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      device: Device;
      data: {
        /** Its id. */
        device_id: string;
        /** Its name. */
        name: string;
      };
    };
  };
  /** List the devices of the tenant. */
  listDevices: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      /** The devices. */
      devices: Device[];
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** Delete a device. Logs the device out, connecting it once more for that if need be, then erases everything about it. */
  disconnectDevice: {
    input: {
      /** The device. */
      id: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      /** false: the service could not be told in time; unlink it on the phone. */
      logged_out: boolean;
    };
  };
  /** List own devices. */
  getMyDevices: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      data: {
        /** Own devices. */
        devices: ({
          /** Its id. */
          id: string;
          /** Its name. */
          name: string;
          /** Online. */
          connected: boolean;
          /** Last online. */
          last_seen: string | null;
          /** Created. */
          created_at: string;
        })[];
        /** How many, in this page. */
        count: number;
        /** The user. */
        user_id: string;
      };
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** State of the session. */
  checkSessionStatus: {
    input: {
      /** Default: the only device of the user. */
      device_id?: string;
    };
    answer: {
      success: true;
      data: {
        /** Online. */
        connected: boolean;
        /** More exactly. */
        status: 'connected' | 'connecting' | 'pairing' | 'reconnecting' | 'disconnected' | 'passkey_required';
        /** The device. */
        device_id: string;
        /** Own JID; empty when not paired. */
        jid: string;
        /** Own number. */
        phone_number: string;
        /** Paired. */
        is_logged_in: boolean;
        /** Last online. */
        last_seen: string | null;
      };
    };
  };
  /** Connect with the stored credentials. */
  connectSession: {
    input: {
      /** Default: the only device of the user. */
      device_id?: string;
    };
    answer: {
      success: true;
      data: {
        /** connected or disconnected. */
        status: string;
        /** The device. */
        device_id: string;
        /** Pair it first. */
        needs_qr: boolean;
      };
    };
  };
  /** Close the connection, keep the credentials. */
  disconnectSession: {
    input: {
      /** Default: the only device of the user. */
      device_id?: string;
    };
    answer: {
      success: true;
      data: {
        /** For people. */
        message: string;
        /** The device. */
        device_id: string;
      };
    };
  };
  /** Unlink the device. Whatever the connection is: it is brought up once more when it is down, and what is stored is forgotten in any case. */
  logoutInstance: {
    input: {
      /** Default: the only device of the user. */
      device_id?: string;
    };
    answer: {
      success: true;
      data: {
        /** For people. */
        message: string;
        /** The device. */
        device_id: string;
        /** false: the service did not confirm it; remove the device on the phone if it still shows it. */
        service_told: boolean;
      };
    };
  };
  /** QR code for pairing. */
  generateSessionQrCode: {
    input: {
      /** Default: the only device of the user. */
      device_id?: string;
      /** false: always a new code. Aliases: reuse, use_cache, cached. */
      reuse_cache?: boolean;
      /** A new code; a device that is linked and disconnected is forgotten and starts over. Aliases: force_refresh, force_new. */
      refresh?: boolean;
    };
    answer: {
      success: true;
      data: {
        /** Text of the code. A secret while it lives. */
        qr_code: string;
        /** The code as a data: URI (PNG). */
        image?: string;
        /** Shown before. */
        cached: boolean;
        /** When it ends. */
        expires_at: string;
        /** Seconds left. */
        ttl: number;
      };
    };
  };
  /** Is there a QR code. */
  getSessionQrStatus: {
    input: {
      /** The device. */
      device_id: string;
    };
    answer: {
      success: true;
      data: {
        /** There is one. */
        exists: boolean;
        /** Since. */
        generated_at: string | null;
      };
    };
  };
  /** Eight-character code for pairing. */
  generateSessionPairCode: {
    input: {
      /** A new code; a device that is linked and disconnected is forgotten and starts over. */
      refresh?: boolean;
      /** The account's number. */
      phone: string;
      /** Default: the only device of the user. */
      device_id?: string;
      /** false: always a new code. */
      reuse_cache?: boolean;
    };
    answer: {
      success: true;
      data: {
        /** To be typed on the phone. */
        code: string;
        /** The number. */
        phone: string;
        /** Seconds. */
        expires_in: number;
        /** Shown before. */
        cached: boolean;
        /** What to do on the phone. */
        instructions: string;
      };
    };
  };
  /** Privacy settings of the account. */
  getPrivacySettings: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** all, contacts, contact_blacklist, match_last_seen, none … */
      data: Record<string, string>;
    };
  };
  /** Set the account's picture. */
  setProfilePicture: {
    input: {
      /** A JPEG, base64, with or without data: prefix. */
      image_base64: string;
    };
    answer: {
      success: true;
      /** Id of the new picture. */
      picture_id: string;
    };
  };
  /** Configure the device's webhook. Over a webhook that is there, a member that is absent keeps its value (webhook_url and enabled_events, too), and null takes it away; so do the members of headers. Secret and header values are never shown again: a header value of *** keeps the one that is set. A webhook that its receiver had disabled (410) is enabled again when webhook_url is named. */
  configureWebhook: {
    input: {
      /** http or https, of a public host unless the operator allows others (--webhook-allow). */
      webhook_url: string;
      /** At least one; see GET /webhook/events. */
      enabled_events: string[];
      /** Deliver. While false, events are dropped and counted. */
      enabled?: boolean;
      /** 0 to 20 after the first. Chosen, it counts; else the age of an event does. */
      retry_attempts?: number;
      /** How old an event may get before it is given up, 1 to 604800; 86400 where neither is chosen. Counts before retry_attempts. */
      retry_for_seconds?: number;
      /** Seconds, 1 to 60. */
      timeout?: number;
      /** Signs every delivery. */
      secret?: string;
      /** Sent with every delivery. */
      headers?: Record<string, string>;
      filters?: WebhookFilters;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      webhook: Webhook;
      /** While it is disabled: what becomes of events. */
      note?: string;
      /** Events that were asked for and do not occur yet. */
      warnings?: string[];
    };
  };
  /** Show the webhook, and how it does. */
  getWebhook: {
    input: Record<string, never>;
    answer: {
      success: true;
      webhook: Webhook;
      /** While it is disabled: what becomes of events. */
      note?: string;
    };
  };
  /** Stop delivery. */
  deleteWebhook: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** For people. */
      message: string;
    };
  };
  /** Event names. */
  getAvailableWebhookEvents: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** Published names. */
      events: string[];
      /** Our own. */
      extensions: string[];
      /** Of both: those that occur. */
      produced: string[];
      /** Those that do not occur yet. */
      not_produced: string[];
    };
  };
  /** Watch events as they happen. Long polling, for dashboards and for trying things out. Not a record: what must not be lost goes to the webhook. An extension of this server. */
  listEvents: {
    input: {
      /** The `next` of an earlier answer. */
      after?: number;
      /** Seconds to wait when there is nothing, 0 to 30. */
      wait?: number;
    };
    answer: {
      success: true;
      /** Oldest first. */
      events: {
        /** Grows. */
        number: number;
        /** Its name. */
        event: string;
        /** When. */
        timestamp: string;
        /** As in the webhook. */
        data: Record<string, unknown>;
      }[];
      /** For `after` of the next question. */
      next: number;
    };
  };
  /** Rotate the secret. For overlap_seconds both secrets count: webhook-signature carries a signature by each, the new one first; the signature in the envelope stays the previous secret's until then. An extension of this server. */
  rotateWebhookSecret: {
    input: {
      /** Absent: one is made and returned, once. */
      secret?: string;
      /** 0: the old secret ends at once. */
      overlap_seconds?: number;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      webhook: Webhook;
      /** The one that was made; shown only now. */
      secret?: string;
    };
  };
  /** Deliveries that were given up. Newest first. Kept for seven days, at most 1000 of a device. A page holds at most 512 KiB of events, or one. An extension of this server. */
  listFailedDeliveries: {
    input: {
      /** 1 to 200. */
      limit?: number;
      /** The `next` of the page before. */
      before?: string;
    };
    answer: {
      success: true;
      /** The deliveries. */
      failed: FailedDelivery[];
      /** How many are kept. */
      count: number;
      /** For `before` of the next page; null at the end. */
      next: string | null;
    };
  };
  /** Send one again. The same event with the same id. An extension of this server. */
  replayFailedDelivery: {
    input: {
      /** The event. */
      id: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      /** The event. */
      id: string;
      /** 1. */
      replayed: number;
    };
  };
  /** Send a range again. By the time they were given up, both ends included; oldest first. Without a body: all. An extension of this server. */
  replayFailedDeliveries: {
    input: {
      /** RFC 3339 or unix seconds. */
      from?: string;
      /** RFC 3339 or unix seconds. */
      to?: string;
      /** Only these. */
      events?: string[];
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      /** How many. */
      replayed: number;
      /** Matched, but the queue is full. */
      remaining: number;
    };
  };
  /** Send a test event. Posts one event named webhook.test, signed and with the headers of the webhook, beside the queue and also while it is disabled; answers when the receiver has, or why it has not. An extension of this server. */
  testWebhook: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** Of the webhook. */
      webhook_id: string;
      /** The receiver answered 2xx. */
      delivered: boolean;
      /** What it answered; null: nothing. */
      status: number | null;
      last_error: {
        /** Why. */
        reason: 'refused' | 'dns' | 'tls' | 'timeout' | 'closed' | 'address_not_allowed' | 'status';
        /** The HTTP status; null: no answer. */
        status: number | null;
        /** What to look at. */
        message: string;
      } | null;
      /** How long it took. */
      took_ms: number;
    };
  };
  /** All webhooks of the device. The first is the one of /webhook. An extension of this server. */
  listWebhooks: {
    input: Record<string, never>;
    answer: {
      success: true;
      /** In the order of their places. */
      webhooks: Webhook[];
      /** How many. */
      count: number;
    };
  };
  /** Add a webhook. At most eight. Each has a queue of its own: one that fails does not hold up the others. Without a webhook this makes the one of /webhook. An extension of this server. */
  addWebhook: {
    input: {
      /** http or https, of a public host unless the operator allows others (--webhook-allow). */
      webhook_url: string;
      /** At least one; see GET /webhook/events. */
      enabled_events: string[];
      /** Deliver. While false, events are dropped and counted. */
      enabled?: boolean;
      /** 0 to 20 after the first. Chosen, it counts; else the age of an event does. */
      retry_attempts?: number;
      /** How old an event may get before it is given up, 1 to 604800; 86400 where neither is chosen. Counts before retry_attempts. */
      retry_for_seconds?: number;
      /** Seconds, 1 to 60. */
      timeout?: number;
      /** Signs every delivery. */
      secret?: string;
      /** Sent with every delivery. */
      headers?: Record<string, string>;
      filters?: WebhookFilters;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      webhook: Webhook;
      /** While it is disabled: what becomes of events. */
      note?: string;
      /** Events that were asked for and do not occur yet. */
      warnings?: string[];
    };
  };
  /** Show one webhook. An extension of this server. */
  getWebhookById: {
    input: {
      /** Of the webhook. */
      id: string;
    };
    answer: {
      success: true;
      webhook: Webhook;
      /** While it is disabled: what becomes of events. */
      note?: string;
    };
  };
  /** Change one webhook. What is absent stays, null takes away. An extension of this server. */
  changeWebhook: {
    input: {
      /** Of the webhook. */
      id: string;
      /** http or https, of a public host unless the operator allows others (--webhook-allow). */
      webhook_url?: string;
      /** At least one; see GET /webhook/events. */
      enabled_events?: string[];
      /** Deliver. While false, events are dropped and counted. */
      enabled?: boolean;
      /** 0 to 20 after the first. Chosen, it counts; else the age of an event does. */
      retry_attempts?: number;
      /** How old an event may get before it is given up, 1 to 604800; 86400 where neither is chosen. Counts before retry_attempts. */
      retry_for_seconds?: number;
      /** Seconds, 1 to 60. */
      timeout?: number;
      /** Signs every delivery. */
      secret?: string;
      /** Sent with every delivery. */
      headers?: Record<string, string>;
      filters?: WebhookFilters;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      webhook: Webhook;
      /** While it is disabled: what becomes of events. */
      note?: string;
      /** Events that were asked for and do not occur yet. */
      warnings?: string[];
    };
  };
  /** Delete one webhook. With what waits for it, and, but for the first, with its failed deliveries. An extension of this server. */
  deleteWebhookById: {
    input: {
      /** Of the webhook. */
      id: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
    };
  };
  /** Rotate the secret of one. An extension of this server. */
  rotateSecretOfWebhook: {
    input: {
      /** Of the webhook. */
      id: string;
      /** Absent: one is made and returned, once. */
      secret?: string;
      /** 0: the old secret ends at once. */
      overlap_seconds?: number;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      webhook: Webhook;
      /** The one that was made; shown only now. */
      secret?: string;
    };
  };
  /** Send a test event to one. An extension of this server. */
  testWebhookById: {
    input: {
      /** Of the webhook. */
      id: string;
    };
    answer: {
      success: true;
      /** Of the webhook. */
      webhook_id: string;
      /** The receiver answered 2xx. */
      delivered: boolean;
      /** What it answered; null: nothing. */
      status: number | null;
      last_error: {
        /** Why. */
        reason: 'refused' | 'dns' | 'tls' | 'timeout' | 'closed' | 'address_not_allowed' | 'status';
        /** The HTTP status; null: no answer. */
        status: number | null;
        /** What to look at. */
        message: string;
      } | null;
      /** How long it took. */
      took_ms: number;
    };
  };
  /** What one gave up. An extension of this server. */
  listFailedOfWebhook: {
    input: {
      /** Of the webhook. */
      id: string;
      /** 1 to 200. */
      limit?: number;
      /** The `next` of the page before. */
      before?: string;
    };
    answer: {
      success: true;
      /** The deliveries. */
      failed: FailedDelivery[];
      /** How many are kept. */
      count: number;
      /** For `before` of the next page; null at the end. */
      next: string | null;
    };
  };
  /** Send a range again to one. An extension of this server. */
  replayFailedOfWebhook: {
    input: {
      /** Of the webhook. */
      id: string;
      /** RFC 3339 or unix seconds. */
      from?: string;
      /** RFC 3339 or unix seconds. */
      to?: string;
      /** Only these. */
      events?: string[];
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      /** How many. */
      replayed: number;
      /** Matched, but the queue is full. */
      remaining: number;
    };
  };
  /** Send one again to one. An extension of this server. */
  replayOneOfWebhook: {
    input: {
      /** Of the webhook. */
      id: string;
      /** The event. */
      delivery: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      /** The event. */
      id: string;
      /** 1. */
      replayed: number;
    };
  };
  /** Webhook for devices to come. Kept as pending, applied with all events to devices created afterwards. */
  setUserWebhookURL: {
    input: {
      /** The URL. */
      webhook_url: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      data: {
        /** The URL. */
        webhook_url: string;
        /** All names. */
        available_events: string[];
        /** How many. */
        events_count: number;
      };
    };
  };
  /** Create a user. Needs the role admin. */
  createUser: {
    input: {
      /** E-mail. */
      email: string;
      /** 8 to 256 characters. */
      password: string;
      /** For devices to come. */
      webhook_url?: string;
      /** Role. */
      role: 'admin' | 'manager' | 'user';
    };
    answer: {
      success: true;
      user: NewUser;
      /** A webhook waits for the first device. */
      webhook_configured: boolean;
      /** It. */
      webhook_url: string | null;
      /** For people. */
      note: string;
    };
  };
  /** List users. Tokens are masked: they are stored hashed and shown once, at creation. Needs the role admin. */
  listUsers: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      /** The users. */
      users: User[];
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** Show a user. Needs the role manager. */
  getUserById: {
    input: {
      /** The user. */
      id: string;
    };
    answer: {
      success: true;
      data: User;
    };
  };
  /** Change a user. Needs the role manager. */
  updateUser: {
    input: {
      /** The user. */
      id: string;
      /** false: the token stops working. */
      active?: boolean;
      /** Role. */
      role?: 'admin' | 'manager' | 'user';
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
    };
  };
  /** Delete a user. For good, with the user's devices. Not oneself. Needs the role manager. */
  deleteUser: {
    input: {
      /** The user. */
      id: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
    };
  };
  /** Change a user's role. Needs the role manager. */
  promoteUser: {
    input: {
      /** The user. */
      id: string;
      /** Role. */
      new_role: 'admin' | 'manager' | 'user';
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      data: {
        /** The user. */
        user_id: string;
        /** Before. */
        old_role: 'admin' | 'manager' | 'user';
        /** Now. */
        new_role: 'admin' | 'manager' | 'user';
      };
    };
  };
  /** A new token. The old one ends at once. One's own, or of a user one may change. An extension of this server. */
  renewToken: {
    input: {
      /** The user. */
      id: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      data: {
        /** The user. */
        user_id: string;
        /** Shown only now. */
        token: string;
      };
    };
  };
  /** Create a tenant. Needs the master token. */
  superAdminRegisterTenant: {
    input: {
      /** Its name. */
      tenant_name: string;
      /** E-mail. */
      email: string;
      /** 8 to 256 characters. */
      password: string;
      /** For devices to come. */
      webhook_url?: string;
      /** The first user is always admin. */
      role?: 'admin' | 'manager' | 'user';
    };
    answer: {
      success: true;
      user: NewUser;
      tenant: Tenant;
      /** Shown only now. */
      token: string;
      /** A webhook waits for the first device. */
      webhook_configured: boolean;
      /** It. */
      webhook_url: string | null;
      /** For people. */
      note: string;
    };
  };
  /** List tenants. Needs the master token. */
  superAdminListTenants: {
    input: {
      /** 1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000. */
      limit?: number;
      /** The `next_cursor` of the page before. Without `limit`: a page of 100. */
      cursor?: string;
    };
    answer: {
      success: true;
      /** The tenants. */
      tenants: Tenant[];
      /** For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more. */
      next_cursor?: string | null;
    };
  };
  /** Show a tenant. Needs the master token. */
  superAdminGetTenant: {
    input: {
      /** The tenant. */
      id: string;
    };
    answer: {
      success: true;
      data: Tenant;
    };
  };
  /** Delete a tenant. With its users and devices; devices are logged out first. Needs the master token. */
  superAdminDeleteTenant: {
    input: {
      /** The tenant. */
      id: string;
    };
    answer: {
      success: true;
      /** For people. */
      message: string;
      data: {
        /** It. */
        tenant_id: string;
        /** Its name. */
        tenant_name: string;
        /** When. */
        deleted_at: string;
      };
    };
  };
}

// Method, path, and which of the input goes into the query.
export const operations: { readonly [name in keyof Operations]: readonly [method: string, path: string, query: readonly string[]] } = {
  rejectCall: ['POST', '/calls/reject', []],
  getCallSettings: ['GET', '/calls/settings', []],
  putCallSettings: ['PUT', '/calls/settings', []],
  listCalls: ['GET', '/calls', ['limit', 'cursor']],
  getChats: ['GET', '/chats', ['limit', 'cursor', 'sort']],
  getChat: ['GET', '/chats/{jid}', []],
  deleteChat: ['DELETE', '/chats/{jid}', []],
  getChatLabels: ['GET', '/chats/{jid}/labels', []],
  labelChat: ['POST', '/chats/{jid}/labels', []],
  archiveChat: ['POST', '/chats/{jid}/archive', []],
  muteChat: ['POST', '/chats/{jid}/mute', []],
  pinChat: ['POST', '/chats/{jid}/pin', []],
  unpinChat: ['DELETE', '/chats/{jid}/pin', []],
  markChatRead: ['POST', '/chats/{jid}/read', []],
  clearChat: ['POST', '/chats/{jid}/clear', []],
  sendChatTyping: ['POST', '/chats/{jid}/typing', []],
  sendPresence: ['POST', '/presence', []],
  subscribePresence: ['POST', '/presence/subscribe', []],
  updateChatDisappearing: ['PUT', '/chats/{jid}/disappearing', []],
  getContacts: ['GET', '/contacts', ['limit', 'cursor']],
  resolveContacts: ['POST', '/contacts/resolve', []],
  checkContactsOnWhatsApp: ['POST', '/contact/check', []],
  getContactProfile: ['GET', '/contacts/profile', ['jid', 'number']],
  getContactProfilePicture: ['GET', '/contacts/profile-picture', ['jid', 'number', 'preview', 'existing_id']],
  blockContact: ['POST', '/contacts/block', ['jid', 'number']],
  unblockContact: ['POST', '/contacts/unblock', ['jid', 'number']],
  getBlocklist: ['GET', '/contacts/blocklist', []],
  appstateSync: ['POST', '/appstate/sync', []],
  getAppState: ['GET', '/appstate', []],
  getLabels: ['GET', '/labels', ['limit', 'cursor']],
  editLabel: ['PUT', '/labels/{labelId}', []],
  unlabelChat: ['DELETE', '/chats/{jid}/labels/{labelId}', []],
  labelMessage: ['POST', '/messages/{id}/labels', []],
  unlabelMessage: ['DELETE', '/messages/{id}/labels/{labelId}', ['chat_jid']],
  sendImageMessage: ['POST', '/send/image', ['wait']],
  sendVideoMessage: ['POST', '/send/video', ['wait']],
  sendAudioMessage: ['POST', '/send/audio', ['wait']],
  sendDocumentMessage: ['POST', '/send/document', ['wait']],
  sendStickerMessage: ['POST', '/send/sticker', ['wait']],
  getJob: ['GET', '/jobs/{id}', []],
  sendText: ['POST', '/send/text', ['wait']],
  sendTextMentions: ['POST', '/send/text/mentions', ['wait']],
  sendReaction: ['POST', '/send/reaction', ['wait']],
  sendLocation: ['POST', '/send/location', ['wait']],
  sendContact: ['POST', '/send/contact', ['wait']],
  sendContacts: ['POST', '/send/contacts', ['wait']],
  sendPollMessage: ['POST', '/send/poll', ['wait']],
  sendLiveLocation: ['POST', '/send/live-location', ['wait']],
  sendButtonsMessage: ['POST', '/send/buttons', ['wait']],
  sendButtonsResponseMessage: ['POST', '/send/buttons-response', ['wait']],
  sendInteractiveListMessage: ['POST', '/send/interactive', ['wait']],
  sendListResponseMessage: ['POST', '/send/list-response', ['wait']],
  sendTemplateMessage: ['POST', '/send/template', ['wait']],
  sendProduct: ['POST', '/send/product', ['wait']],
  sendCatalog: ['POST', '/send/catalog', ['wait']],
  sendPaymentRequest: ['POST', '/payment/request', []],
  sendPaymentNotification: ['POST', '/payment/send', []],
  declinePaymentRequest: ['POST', '/payment/decline', []],
  cancelPaymentRequest: ['POST', '/payment/cancel', []],
  requestMessageHistory: ['POST', '/messages/history/request', []],
  getPollVotes: ['GET', '/messages/{id}/poll', ['participant']],
  getMessage: ['GET', '/messages/{id}', []],
  editMessage: ['PUT', '/messages/{id}', []],
  deleteMessage: ['DELETE', '/messages/delete', []],
  starMessage: ['POST', '/messages/{id}/star', []],
  markMessageRead: ['POST', '/messages/{id}/read', []],
  sendTextStatus: ['POST', '/status/text', ['wait']],
  sendMediaStatus: ['POST', '/status/media', ['wait']],
  getStatusPrivacy: ['GET', '/status/privacy', []],
  updateStatusPrivacy: ['PUT', '/status/privacy', []],
  createDevice: ['POST', '/devices', []],
  listDevices: ['GET', '/devices', ['limit', 'cursor']],
  disconnectDevice: ['DELETE', '/devices/{id}', []],
  getMyDevices: ['GET', '/user/devices', ['limit', 'cursor']],
  checkSessionStatus: ['GET', '/status', ['device_id']],
  connectSession: ['POST', '/connect', ['device_id']],
  disconnectSession: ['POST', '/disconnect', []],
  logoutInstance: ['POST', '/logout', []],
  generateSessionQrCode: ['GET', '/qr', ['device_id', 'reuse_cache', 'refresh']],
  getSessionQrStatus: ['GET', '/qr/status', ['device_id']],
  generateSessionPairCode: ['POST', '/paircode', ['refresh']],
  getPrivacySettings: ['GET', '/privacy', []],
  setProfilePicture: ['POST', '/profile/picture', []],
  configureWebhook: ['POST', '/webhook', []],
  getWebhook: ['GET', '/webhook', []],
  deleteWebhook: ['DELETE', '/webhook', []],
  getAvailableWebhookEvents: ['GET', '/webhook/events', []],
  listEvents: ['GET', '/events', ['after', 'wait']],
  rotateWebhookSecret: ['POST', '/webhook/secret/rotate', []],
  listFailedDeliveries: ['GET', '/webhook/failed', ['limit', 'before']],
  replayFailedDelivery: ['POST', '/webhook/failed/{id}/replay', []],
  replayFailedDeliveries: ['POST', '/webhook/failed/replay', []],
  testWebhook: ['POST', '/webhook/test', []],
  listWebhooks: ['GET', '/webhooks', []],
  addWebhook: ['POST', '/webhooks', []],
  getWebhookById: ['GET', '/webhooks/{id}', []],
  changeWebhook: ['PATCH', '/webhooks/{id}', []],
  deleteWebhookById: ['DELETE', '/webhooks/{id}', []],
  rotateSecretOfWebhook: ['POST', '/webhooks/{id}/secret/rotate', []],
  testWebhookById: ['POST', '/webhooks/{id}/test', []],
  listFailedOfWebhook: ['GET', '/webhooks/{id}/failed', ['limit', 'before']],
  replayFailedOfWebhook: ['POST', '/webhooks/{id}/failed/replay', []],
  replayOneOfWebhook: ['POST', '/webhooks/{id}/failed/{delivery}/replay', []],
  setUserWebhookURL: ['POST', '/user/webhook', []],
  createUser: ['POST', '/users', []],
  listUsers: ['GET', '/users', ['limit', 'cursor']],
  getUserById: ['GET', '/users/{id}', []],
  updateUser: ['PUT', '/users/{id}', []],
  deleteUser: ['DELETE', '/users/{id}', []],
  promoteUser: ['POST', '/users/{id}/promote', []],
  renewToken: ['POST', '/users/{id}/token', []],
  superAdminRegisterTenant: ['POST', '/register', []],
  superAdminListTenants: ['GET', '/tenants', ['limit', 'cursor']],
  superAdminGetTenant: ['GET', '/global/tenants/{id}', []],
  superAdminDeleteTenant: ['DELETE', '/global/tenants/{id}', []],
};

export type WebhookEvent =
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'call.offer';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Id of the call. */
        call_id: string;
        /** As received. */
        from: string;
        /** The caller's number. */
        from_pn?: string;
        /** The caller's LID. */
        from_lid?: string;
        /** As received. */
        call_creator: string;
        /** The chat. */
        chat_jid?: string;
        /** Of a group call. */
        group_jid?: string;
        /** Group call. */
        is_group: boolean;
        /** Video. */
        is_video: boolean;
        /** Delivered late: missed. */
        offline: boolean;
        /** When it rang. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'call.reject';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Id of the call. */
        call_id: string;
        /** As received. */
        from: string;
        /** The caller's number. */
        from_pn?: string;
        /** The caller's LID. */
        from_lid?: string;
        /** As received. */
        call_creator: string;
        /** The chat. */
        chat_jid?: string;
        /** Of a group call. */
        group_jid?: string;
        /** Group call. */
        is_group: boolean;
        /** Video. */
        is_video: boolean;
        /** Delivered late: missed. */
        offline: boolean;
        /** When it rang. */
        timestamp: string;
        /** Only when true: it speaks for one device or one participant, and the call rings on. */
        ringing?: boolean;
        /** By whom. */
        by: 'us' | 'other_device' | 'peer';
        /** Why, of one device. */
        reason?: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'call.terminate';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Id of the call. */
        call_id: string;
        /** As received. */
        from: string;
        /** The caller's number. */
        from_pn?: string;
        /** The caller's LID. */
        from_lid?: string;
        /** As received. */
        call_creator: string;
        /** The chat. */
        chat_jid?: string;
        /** Of a group call. */
        group_jid?: string;
        /** Group call. */
        is_group: boolean;
        /** Video. */
        is_video: boolean;
        /** Delivered late: missed. */
        offline: boolean;
        /** When it rang. */
        timestamp: string;
        /** Only when true: it speaks for one device or one participant, and the call rings on. */
        ringing?: boolean;
        /** Why. */
        reason: string;
        /** Seconds. */
        duration?: number;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'call.auto_reply';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Id of the call. */
        call_id: string;
        /** Outcome. */
        outcome: 'sent' | 'delivered' | 'refused' | 'expired' | 'limited';
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.received';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** text, image, video, audio, document, sticker, location, contact, poll, reaction, list_response, buttons_response ...; unknown: newer than this program. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        /** What a reaction, a comment or a change is about. */
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** Ours. */
        is_from_me: boolean;
        /** Name they chose. */
        push_name: string;
        /** Sent to a list of people, of whom we are one. */
        broadcast?: boolean;
        /** Texts were longer than 64 KiB together and end there. */
        truncated?: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.sent';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** text, image, video, audio, document, sticker, location, contact, poll, reaction, list_response, buttons_response ...; unknown: newer than this program. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        /** What a reaction, a comment or a change is about. */
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** Ours. */
        is_from_me: boolean;
        /** Who sent it. */
        source: 'api' | 'other_device';
        /** The same as a flag. */
        from_other_device: boolean;
        /** Only when true: from another device that did not prove to be ours. */
        unverified?: boolean;
        /** Texts were longer than 64 KiB together and end there. */
        truncated?: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'status.received';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** text, image, video, audio, document, sticker, location, contact, poll, reaction, list_response, buttons_response ...; unknown: newer than this program. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** status@broadcast. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        /** What a reaction, a comment or a change is about. */
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** Ours. */
        is_from_me: boolean;
        /** Name they chose. */
        push_name: string;
        /** The account does not want to see those of this person. */
        muted?: boolean;
        /** Of a text, #AARRGGBB. */
        background_color?: string;
        /** Texts were longer than 64 KiB together and end there. */
        truncated?: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.edited';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** Which change. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** We did it. */
        is_from_me: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.revoked';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** Which change. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** We did it. */
        is_from_me: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.pinned';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** Which change. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** We did it. */
        is_from_me: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.kept';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** Which change. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** We did it. */
        is_from_me: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'poll.vote';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The sender. */
        from: string;
        /** The receiver. */
        to: string;
        /** The text, the caption, the emoji, the question: what can be read of it. */
        content: string;
        /** Which change. */
        message_type: string;
        /** When it was sent. */
        timestamp: string;
        /** The chat. */
        chat_jid: string;
        /** In a group. */
        is_group: boolean;
        target?: {
          /** Message id. */
          id: string;
          /** The message is ours. */
          from_me: boolean;
          /** Its author. */
          participant?: string;
        };
        reaction?: {
          /** Empty: taken back. */
          emoji: string;
          target: {
            /** Message id. */
            id: string;
            /** The message is ours. */
            from_me: boolean;
            /** Its author. */
            participant?: string;
          };
        };
        quoted?: {
          /** Message id. */
          id: string;
          /** Its author. */
          participant?: string;
          /** Its text. */
          content: string;
          /** Its kind. */
          message_type?: string;
          /** Of another chat. */
          chat_jid?: string;
        };
        /** Who is mentioned. */
        mentions?: string[];
        /** Everybody. */
        mention_all?: boolean;
        /** Of a file. */
        caption?: string;
        media?: {
          /** What it is. */
          mimetype: string;
          /** Of a document. */
          file_name?: string;
          /** Bytes. */
          file_size: number;
          /** Of the file. */
          sha256?: string;
          /** How long. */
          seconds?: number;
          /** Pixels. */
          width?: number;
          /** Pixels. */
          height?: number;
          /** Of a document. */
          pages?: number;
          /** Spoken. */
          voice?: boolean;
          /** It moves by itself. */
          animated?: boolean;
          /** Of the file as the service has it. */
          enc_sha256?: string;
          /** A small JPEG, base64. */
          thumbnail?: string;
          /** Where this server gives the file. */
          path?: string;
        };
        location?: {
          latitude: number;
          longitude: number;
          /** Name. */
          name?: string;
          /** Address. */
          address?: string;
          /** Link. */
          url?: string;
          /** Comment. */
          comment?: string;
          /** It moves; this is where it began. */
          live: boolean;
        };
        /** Contact cards. */
        contacts?: {
          /** Name. */
          name: string;
          /** vCard 3.0. */
          vcard: string;
        }[];
        poll?: {
          /** The question. */
          question: string;
          /** To choose from. */
          options: string[];
          /** More than one may be chosen. */
          multiple: boolean;
        };
        response?: {
          /** Of the button or row that was chosen. */
          id: string;
          /** What it shows. */
          text: string;
        };
        /** Forwarded. */
        forwarded?: boolean;
        /** To be seen once. */
        view_once?: boolean;
        /** Sealed under the secret of a message that this device does not have. */
        unreadable?: boolean;
        /** We did it. */
        is_from_me: boolean;
        vote?: {
          /** None: taken back. */
          options: string[];
        };
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.timer';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The chat. */
        chat_jid: string;
        /** Who did it. */
        from: string;
        /** We did. */
        is_from_me: boolean;
        /** 0: for ever. */
        seconds: number;
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.undecryptable';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The chat. */
        chat_jid: string;
        /** The sender. */
        from: string;
        /** Code of the retry receipt. */
        reason: number;
        /** It came without its content: unavailable, view_once ... */
        unavailable?: string;
        /** When it was sent. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'media.retry';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Message id. */
        message_id: string;
        /** The chat. */
        chat_jid: string;
        /** Who sent it. */
        from: string;
        /** We did. */
        is_from_me: boolean;
        /** It can be fetched. */
        available: boolean;
        /** In the words of the phone. */
        result: 'success' | 'not_found' | 'general_error' | 'decryption_error';
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.delivered';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Which. */
        message_ids: string[];
        /** The chat. */
        chat_jid: string;
        /** Who. */
        by: string;
        /** Which device of that person; 0: the phone. Each tells for itself. */
        device: number;
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.read';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Which. */
        message_ids: string[];
        /** The chat. */
        chat_jid: string;
        /** Who. */
        by: string;
        /** Which device of that person; 0: the phone. Each tells for itself. */
        device: number;
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.archive';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The new state. */
        archived: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.pin';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The new state. */
        pinned: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.mute';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The new state. */
        muted: boolean;
        /** Absent: for ever. */
        muted_until?: string;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.mark_as_read';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The new state. */
        read: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.lock';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The new state. */
        locked: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.clear';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'chat.delete';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'message.delete_for_me';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** Message id. */
        message_id: string;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'settings.user_status_mute';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The new state. */
        muted: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'contact.picture';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Whose. */
        jid: string;
        /** The new one; null: none. */
        picture_id: string | null;
        /** There is none now. */
        removed: boolean;
        /** Who did it, of a group. */
        by?: string;
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'contact.about';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Whose. */
        jid: string;
        /** The new text; may be empty. */
        about: string;
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'label.edit';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The label. */
        label_id: string;
        /** Name. */
        name: string;
        /** Colour index. */
        color: number;
        /** Removed. */
        deleted: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'label.association_chat';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** The label. */
        label_id: string;
        /** The new state. */
        labeled: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'label.association_message';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** The chat. */
        chat_jid: string;
        /** Message id. */
        message_id: string;
        /** The label. */
        label_id: string;
        /** The new state. */
        labeled: boolean;
        /** When it was done. */
        timestamp: string;
        /** Learnt from a snapshot. */
        from_full_sync: boolean;
        /** Who did it. */
        by: 'us' | 'other_device';
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'history.sync';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Which. */
        sync_type: string;
        /** Of the request. */
        request_id?: string;
        /** The chat. */
        chat_jid?: string;
        /** Messages in this part. */
        count?: number;
        /** Newest first. */
        messages?: Record<string, unknown>[];
        /** Percent. */
        progress?: number;
        /** Which part of a history. */
        chunk?: number;
        /** How many chats were read. */
        conversations?: number;
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'app_state.sync_complete';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** Which. */
        collection: string;
        /** Its version. */
        version: number;
        /** From a snapshot. */
        full: boolean;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'device.connected';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'device.disconnected';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    }
  | {
      /** The same at every attempt: drop what you have seen. */
      id: string;
      event: 'device.logged_out';
      /** Unix seconds. */
      timestamp: number;
      /** The device. */
      device_id: string;
      /** Its user. */
      user_id: string;
      data: {
        /** When. */
        timestamp: string;
      };
      /** With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member. */
      signature?: string;
    };
