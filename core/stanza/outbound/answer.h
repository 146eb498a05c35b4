// What we answer to received stanzas: acknowledgements and receipts (06 section 2; 07 sections 3, 4, 7). Pure builders:
// the node that comes out is complete. Participant and recipient are always repeated: without them the service cannot
// route the answer and drops the connection.
#pragma once

#include <span>

#include "stanza/inbound.h"

namespace wa::stanza {

// Negative acknowledgements (07 section 3). Used sparingly: a refused stanza comes again at every login.
enum class Nack : std::uint16_t {
  none = 0,
  parse_error = 487,
  unrecognised = 488,
  invalid_protobuf = 491,
  failed = 500
};

// The plain `<ack>`. Type is repeated for calls, receipts and notifications, and left out for messages.
Node build_ack(const AckInfo& of, Nack nack = Nack::none);

// What the service gets for a `<call>`: a receipt for offer, accept, reject and enc_rekey, the plain ack for the rest.
// `own` is our JID in the namespace of the sender: LID with device, or PN without; absent when unknown.
Node build_call_ack(const Call& call, const std::optional<Jid>& own);

// Types of the receipt that acknowledges a message (07 section 3; 11 section 4).
enum class ReceiptType : std::uint8_t { delivered, inactive, sender, status };
Node build_receipt(const AckInfo& of, ReceiptType type);

// For peer messages, to the own phone: `own_pn` loses its device. `hist_sync` follows `peer_msg` after processing.
enum class PeerReceiptType : std::uint8_t { peer_msg, hist_sync };
Node build_peer_receipt(std::string_view message_id, const Jid& own_pn, PeerReceiptType type);

// One author per receipt: `participant` in groups. `as_self`: read receipts are off. `author_pn`: of a status, where the
// participant is a LID.
Node build_read_receipt(std::span<const std::string> ids, const Jid& chat, const std::optional<Jid>& participant,
                        std::int64_t t, bool as_self, const std::optional<Jid>& author_pn = std::nullopt);

// "We cannot decrypt, send again" (04 section 12).
struct RetryRequest {
  AckInfo of;                    // of the message
  std::string category;          // "peer" or empty
  std::int64_t message_t = 0;
  int count = 1;
  int error = 0;                 // 0: left out
  std::uint32_t registration_id = 0;
  std::optional<RetryKeys> keys; // fresh keys, from the second request on
};
Node build_retry_receipt(const RetryRequest& request);

}  // namespace wa::stanza
