// Messages we send (04 section 8; 07 sections 6, 8): texts, and peer messages to the own phone.
// Guarantees: a message is a row until the service has accepted or finally refused it; it is issued again with the same
// id after a lost link or a restart; its plaintext and the sending chains are stored before it leaves; messages to one
// recipient leave in the order they were taken; one MessageSent or MessageFailed per text, and MessageSent before the
// first receipt is told; a text with a not_after fails when it is not accepted by then, online or not.
// Does not retry what the service refused on purpose (463 and the like).
//
// What one message waits for, in this order: its time and the link -> members of a group -> device lists -> sessions ->
// the service's ack. A message that carries the key of a group is followed by the next one only after its ack.
#pragma once

#include <map>
#include <optional>

#include "client/config.h"
#include "client/link/out.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/outbox_row.h"
#include "client/messages/peer_requests.h"
#include "client/notice.h"

namespace wa::client {

class Outbox {
 public:
  explicit Outbox(const Config& config) : bytes_max_(config.outbox_bytes_max) {}

  // Errors: not_ready when not paired; invalid_argument for an empty text or a recipient that is neither user nor
  // group. Afterwards MessageSent or MessageFailed follows.
  Result<void> execute(const SendText&, Out&, Turn&);
  // The same for what is no plain text.
  Result<void> execute(const SendMessage&, Out&, Turn&);
  // Peer messages to the own phone: at once and such that it is woken, or later unless withdrawn before it left.
  void on(const KeysMissing& notice, Out& out, Turn& turn) { send_peer(build_key_request(notice.key_ids), out, turn); }
  void on(const MissingNotice&, Out&, Turn&);
  void on(const ArrivedNotice& notice, Out&, Turn& turn) { withdraw(notice.request_id, turn); }

  void on_answer(const DeviceQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const GroupQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const BundleQuery&, const QueryAnswer&, Out&, Turn&);
  // An ack, perhaps of one of ours. A ChatNotice says what the chat's last message is now, if it moved.
  void on(const stanza::Ack&, Out&, Turn&);
  // A receipt of the recipient proves that the service took the message: the ack may come later or never.
  void on(const stanza::Receipt&, Out&, Turn&);

  void on_online(Out&, Turn&);
  void on_offline(Turn&);
  void on_tick(Out&, Turn&);
  std::optional<MonoTime> deadline() const;

 private:
  enum class Phase : std::uint8_t { waiting, group, devices, bundles, ack };
  struct Item {                        // one row; the content stays there
    std::string id;
    wire::Jid to;                      // as commanded
    std::size_t bytes = 0;             // of the content
    bool peer = false, asked_recipient = false;  // the open device query names the recipient, too
    Phase phase = Phase::waiting;
    std::optional<MonoTime> until;     // waiting: not before; ack: no longer than
    std::optional<MonoTime> expires;   // dropped then, unless it is on its way
    CommandId command = 0;
    std::uint8_t device_asks = 0, bundle_asks = 0, bundles_open = 0, attempts = 0, failures = 0;
    int bundle_error = 0, failed_devices = 0;
    std::string phash;
    // groups
    bool group = false, ask_failed = false;
    std::uint8_t group_asks = 0, devices_open = 0;
    std::vector<wire::Jid> given;      // have the sender key when the service takes this
  };
  using Items = std::map<std::uint64_t, Item>;
  static constexpr std::int64_t kBackoffMinMs = 5'000;
  static constexpr std::int64_t kAckWaitMs = 70'000;  // 07 section 6: no ack within 60-75 s

  // `message`: a serialised Message (envelope.h). High priority: the phone is woken.
  void send_peer(ByteView message, Out&, Turn&, bool high_priority = true);
  void send_peer_later(const std::string& id, ByteView message, WallTime not_before, Out&, Turn&);
  void withdraw(const std::string& id, Turn&);
  void load(Turn&);
  bool has_room(const Item&) const;
  bool take_room(const Item&, Turn&) const;            // false: MessageFailed{queue_full} is told
  std::uint64_t next_key(WallTime now);
  void enqueue(Item item, const OutboxRow& row, Out&, Turn&);
  void pump(Out&, Turn&);
  bool blocked(Items::const_iterator) const;
  bool advance(Items::iterator, Out&, Turn&);        // false: the item is gone
  bool advance_group(Items::iterator, Out&, Turn&);
  bool ask_group(Item&, Out&, Turn&);
  bool ask_members(Item&, const std::vector<wire::Jid>& members, Out&, Turn&);
  static void await_ack(Item&, const Turn&);
  bool transmit_group(Items::iterator, const Group&, const Readers&, Out&, Turn&);
  void on_members_answered(const DeviceQuery&, bool answered, Turn&);
  bool again_or_fail(Items::iterator, Turn&);          // after a question that got no answer
  bool ask_devices(Item&, const std::vector<wire::Jid>& users, Out&, Turn&);
  bool ask_bundles(Item&, const std::vector<wire::Jid>& devices, Out&, Turn&);
  bool transmit(Items::iterator, const wire::Jid& destination, Out&, Turn&);
  bool transmit_peer(Items::iterator, Out&, Turn&);
  void enqueue_peer(Item item, ByteView message, std::int64_t not_before_ms, bool high_priority, Out&, Turn&);
  void accept(Items::iterator, WallTime, Out&, Turn&);  // what the service took: told, and gone
  void drop_expired(Turn&);
  void put_back(Item&, std::int64_t delay_ms, Turn&);
  void fail(Items::iterator, SendFailure, int code, Turn&);
  void drop(Items::iterator, Turn&);
  Items::iterator find(const std::string& id);

  Items items_;
  std::uint64_t last_key_ = 0;
  std::uint64_t bytes_max_;  // of contents
  bool loaded_ = false, online_ = false;
};

}  // namespace wa::client
