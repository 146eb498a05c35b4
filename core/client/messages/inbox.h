// Received messages (07 sections 1-3): decrypting, telling, answering.
// Guarantees: one logical event per message id, chat and sender, however often the stanza comes and however many parts
// it has; ratchet, event, handled mark and receipt travel in one step; a handled stanza is answered again and never
// decrypted again; every stanza is answered exactly once per delivery (a retry receipt comes with the plain ack). Peer
// data (keys, history, mappings) counts only when it comes from a device that is ours beyond doubt (own_devices.h), and a
// message the phone hands over only when we asked for it. What a sender can make us compute is bounded (sender_work.h).
#pragma once

#include <vector>

#include "client/link/out.h"
#include "client/messages/opened_message.h"
#include "client/notice.h"

namespace wa::client {

class Inbox {
 public:
  void on(const stanza::Message&, Out&, Turn&);
  void on(const HistoryReadNotice&, Out&, Turn&);
  // What the phone was asked for is told, and changes nothing: no chat, no receipt.
  void on(const HistoryMessagesNotice&, Out&, Turn&);
  void on(const PeerLost&, Out&, Turn&);  // the phone was not asked: the next time it is
  // Whether presence "available" was sent on this connection: receipts are "inactive" otherwise (07 section 3).
  void on(const AvailabilityShown& shown, Out&, Turn&) { available_ = shown.available; }
  void on_offline(Turn&) { available_ = false; }

 private:
  static void tell(const stanza::Message&, const MessageOrigin&, const Content&, Turn&, bool unverified = false);
  static void take_peer_data(const stanza::Message&, const MessageOrigin&, Content&, const Account&, Turn&);
  static void take_resent(ResentMessage&, const Account&, Turn&);
  static void tell_timer(const stanza::Message&, const MessageOrigin&, const Content&, Turn&);
  static void tell_missing(const stanza::Message&, const MessageOrigin&, const std::string& key, const Account&, Turn&);
  static void close(const MessageOrigin&, const std::string& id, Turn&);
  void answer_handled(const stanza::Message&, const MessageOrigin&, Out&, Turn&) const;
  static std::string ask_phone(const stanza::Message&, const MessageOrigin&, const Account&, Turn&);
  void ask_again(const stanza::Message&, const MessageOrigin&, const OpenedMessage&, Out&, Turn&);

  bool available_ = false;
  SenderWork work_;
};

}  // namespace wa::client
