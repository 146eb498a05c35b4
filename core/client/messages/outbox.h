// Messages we send (04 section 8; 07 sections 6, 8): one queue of rows, whatever they are and wherever they go. How a
// message reaches its recipient is its Delivery's (deliveries.h): the queue advances it, and does what it says.
// Guarantees: a message is a row until the service has accepted or finally refused it; it is issued again with the
// same id after a lost link or a restart; its plaintext and the sending chains are stored before it leaves; messages
// to one recipient (as commanded: PN or LID) leave in the order they were taken, but the next may pass one that waits
// for its time, or pauses after a refusal or a question without answer; one MessageSent or MessageFailed for each, but
// for those to the own phone, and MessageSent before the first receipt is told; a text with a not_after fails when it
// is not on its way by then, online or not.
// Devices that the service knows and we did not know get it after it was told; a lost link or a restart ends that.
// Does not retry what the service refused on purpose (463 and the like). After such a refusal, what waited for that
// message leaves with the next answer, ack or tick, not at once.
#pragma once

#include <map>
#include <optional>

#include "client/config.h"
#include "client/link/out.h"
#include "client/messages/deliveries.h"
#include "client/messages/outbox_row.h"
#include "client/messages/peer_requests.h"
#include "client/notice.h"

namespace wa::client {

class Outbox {
 public:
  explicit Outbox(const Config& config) : bytes_max_(config.outbox_bytes_max) {}

  // Errors: those of compose.h. Afterwards MessageSent or MessageFailed follows.
  Result<void> execute(const SendText&, Out&, Turn&);
  Result<void> execute(const SendMessage&, Out&, Turn&);
  // not_ready when not paired; full when too many messages to the own phone wait.
  Result<void> execute(const RequestHistory&, Out&, Turn&);
  // Peer messages to own devices: at once and such that the phone is woken, or later unless withdrawn before it left.
  // PeerLost says that one to the phone was not and will not be taken by the service.
  void on(const KeysMissing&, Out&, Turn&);
  void on(const KeyAnswer&, Out&, Turn&);
  void on(const PeerFanout&, Out&, Turn&);
  void on(const FileHosted&, Out&, Turn&);
  void on(const MissingNotice&, Out&, Turn&);
  void on(const ArrivedNotice& notice, Out&, Turn& turn) { withdraw(notice.request_id, turn); }

  // What deliveries ask: the rows learn first, then every delivery hears of it.
  void on_answer(const DeviceQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const GroupQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const BundleQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const AudienceQuery&, const QueryAnswer&, Out&, Turn&);
  // An ack, perhaps of one of ours. A ChatNotice says what the chat's last message is now, if it moved.
  void on(const stanza::Ack&, Out&, Turn&);
  // A receipt of the recipient proves that the service took the message: the ack may come later or never.
  void on(const stanza::Receipt&, Out&, Turn&);

  void on_online(Out&, Turn&);
  void on_offline(Turn&);
  void on_tick(Out&, Turn&);
  std::optional<MonoTime> deadline() const;

 private:
  struct Item {                        // one row
    Item(std::uint64_t key, const OutboxRow&, CommandId, const Now&);

    Queued what;
    Delivery delivery;
    bool peer;
    std::size_t bytes;                 // of the content
    CommandId command;                 // 0 after a restart
    std::optional<MonoTime> until;     // waiting: not before; sent: no longer than
    std::optional<MonoTime> expires;   // dropped then, unless it is on its way
    bool later = false;                // waiting for the next connection, too
    std::uint8_t attempts = 0, failures = 0;   // on this connection
    int failed_devices = 0;            // left out when it left the last time
    bool told = false;                 // the service took it: no row any more; an ack or some devices are to come
  };
  using Items = std::map<std::uint64_t, Item>;

  // --- taking (outbox.cpp)
  void take(const OutboxRow&, CommandId, Out&, Turn&);
  // `message`: serialised, see peer_requests.h. Wall time; 0: at once. `device`: see peer_delivery.h.
  void take_peer(const std::string& id, ByteView message, std::int64_t not_before_ms, std::uint16_t device, Out&,
                 Turn&);
  void take_peer(ByteView message, std::uint16_t device, Out&, Turn&);  // at once, under an id of its own
  void withdraw(const std::string& id, Turn&);
  void load(Turn&);
  bool has_room(const OutboxRow&) const;
  std::uint64_t next_key(WallTime now);
  void enqueue(const OutboxRow&, CommandId, Out&, Turn&);
  void add(std::uint64_t key, const OutboxRow&, CommandId, const Now&);
  Items::iterator find(const std::string& id);

  // --- moving on (outbox_progress.cpp)
  void pump(Out&, Turn&);
  bool blocked(Items::const_iterator) const;
  bool hear(const Answered&, Out&, Turn&);              // false: it concerned nobody
  void settle(Items::iterator, const Progress&, Turn&);  // does what the delivery says; the item may be gone
  void again_or_fail(Items::iterator, Turn&);
  void on_refused(Items::iterator, int code, bool again, Out&, Turn&);   // again: whatever the code is
  void accept(Items::iterator, WallTime, Out&, Turn&);  // what the service took: told, and gone unless incomplete
  static void tell_sent(Items::iterator, WallTime, Out&, Turn&);   // once; it is no obligation any more
  void drop_expired(Turn&);
  static void put_back(Item&, std::int64_t delay_ms, const Turn&);
  static void put_off(Item&, const Turn&);              // for an hour, or until the next connection
  void fail(Items::iterator, Refused, Turn&);
  void drop(Items::iterator, Turn&);

  Items items_;
  std::uint64_t last_key_ = 0;
  std::uint64_t bytes_max_;  // of contents
  bool loaded_ = false, online_ = false;
};

}  // namespace wa::client
