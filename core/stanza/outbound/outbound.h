// Stanzas we send that are neither answers (answer.h) nor queries (queries/): messages, rejects, presence, ib.
#pragma once

#include "stanza/inbound.h"

namespace wa::stanza {

// 06 section 3: `to` loses its device, the creator stays as received; no other children, in particular no token.
Node build_call_reject(std::string_view id, const Jid& to, std::string_view call_id, const Jid& creator);

struct DeviceCiphertext {
  Jid device;                    // device 0 is written in its bare form
  std::string type;              // "msg" or "pkmsg"
  Bytes ciphertext;
};

// What the content asks of the stanza around it, the first time and again (10 sections 1, 9); left out when empty.
// Static strings.
struct MessageTraits {
  struct Meta { std::string_view name = {}, value = {}; };
  std::string_view type = "text";
  std::string_view edit = {};              // "1" edit, "2" pin; taken back: "7" our own, "8" another's
  std::string_view media_type = {};        // of the enc with the body
  Meta meta = {};
  bool hide_failure = false;               // of each enc: who cannot read it shows nothing
  std::string_view flow = {};              // of a <biz>: "list", "mixed", or the name of a native flow for payments
};

// 04 section 8 and 07 section 6.
struct OutgoingMessage {
  std::string id;
  Jid to;                        // without device
  MessageTraits traits;
  std::optional<Jid> peer_recipient_pn;   // the PN of a LID recipient
  std::string addressing_mode;            // groups: "lid" or "pn"
  std::string phash;                      // groups
  std::vector<DeviceCiphertext> participants;
  std::vector<Jid> named;                 // statuses: who get it by the body alone
  std::optional<Bytes> sender_key_ciphertext;  // groups: `<enc type="skmsg">`
  Bytes device_identity;                       // left out when empty; needed with any pkmsg
  Bytes reporting_token;
  Bytes tc_token, cs_token;                    // at most one of them
  std::int64_t t = 0;                          // unix seconds; written only with a flow
};
Node build_message(const OutgoingMessage& message);

// 07 section 8: to the own phone. Never with a token.
struct PeerMessage {
  std::string id;
  Jid to;                        // own PN; its device is removed
  std::string push_priority;     // "", "high", "high_force"
  std::string enc_type;
  Bytes ciphertext;
  Bytes device_identity;
  std::uint16_t device = 0;      // 0: the phone
  bool privacy_sensitive = false;
};
Node build_peer_message(const PeerMessage& message);

// 04 section 12: the same message again, for one device that could not decrypt it.
struct ResentMessage {
  std::string id;
  Jid to;                        // the device
  MessageTraits traits;
  std::int64_t t = 0;
  std::optional<Jid> participant, recipient;
  std::string enc_type;
  Bytes ciphertext;
  int count = 1;                 // of the retry receipt
  Bytes device_identity;
};
Node build_resent_message(const ResentMessage& message);

// Nothing being typed: `composing` false. `to` is a chat.
Node build_chat_state(const Jid& to, bool composing, bool audio);
Node build_presence_subscription(const Jid& to, ByteView tc_token);
Node build_presence(bool available, std::string_view push_name);
Node build_offline_batch(std::uint32_t count);

}  // namespace wa::stanza
