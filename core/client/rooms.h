// The inside of Client: its flows, and where each stanza, answer and command goes. For client*.cpp only.
#pragma once

#include "client/account/privacy_and_picture.h"
#include "client/app_state/app_state_sync.h"
#include "client/calls/calls.h"
#include "client/client.h"
#include "client/history/history.h"
#include "client/link/lifecycle.h"
#include "client/link/link.h"
#include "client/link/offline_queue.h"
#include "client/link/out.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/inbox.h"
#include "client/messages/outbox.h"
#include "client/messages/resends.h"
#include "client/pairing/pairing.h"
#include "client/people/profiles.h"
#include "client/prekeys/prekey_supply.h"
#include "client/presence/presence.h"

namespace wa::client {

struct Client::Parts {
  Parts(const Config& c, Account a)
      : config(c), account(std::move(a)), out(link, requests, account), life(c, link, out), pairing(c), prekeys(c),
        outbox(c), chats(c), history(c) {}

  const Config& config;
  Account account;
  Link link;
  Requests requests;
  Out out;
  Lifecycle life;
  Pairing pairing;
  PrekeyFlow prekeys;
  OfflineQueue queue;
  Calls calls;
  Inbox inbox;
  Outbox outbox;
  Retries retries;
  Chats chats;
  History history;

  // --- after every input: tells the flows what became of the link, connects if it is time (client.cpp)
  void settle(Turn&);
  void on_connection_over(Turn&);
  void on_online(Turn&);
  void report(Turn&);
  void fire(Turn&);                       // every deadline that has passed
  std::optional<MonoTime> deadline() const;

  // --- one stanza (routing.cpp)
  void on(const stanza::Success&, Turn&);
  void on(const stanza::Failure&, Turn&);
  void on(const stanza::StreamError&, Turn&);
  void on(const stanza::StreamEnd&, Turn&);
  void on(stanza::IqResult&, Turn&);        // taken apart: answers may be large
  void on(const stanza::IqError&, Turn&);
  void on(const stanza::PairDevice&, Turn&);
  void on(const stanza::PairSuccess&, Turn&);
  void on(const stanza::Ping&, Turn&);
  void on(const stanza::Ack&, Turn&);
  void on(const stanza::Message&, Turn&);
  void on(const stanza::Call&, Turn&);
  void on(const stanza::Receipt&, Turn&);
  void on(const stanza::Notification&, Turn&);
  void on(const stanza::EdgeRouting&, Turn&);
  void on(const stanza::OfflinePreview&, Turn&);
  void on(const stanza::OfflineDone&, Turn&);
  void on(const stanza::Dirty&, Turn&);
  void on(const stanza::DowngradeWebclient&, Turn&);
  void on(const stanza::ClientExpiration&, Turn&);
  void on(const stanza::OtherIb&, Turn&);
  void on(const stanza::Presence&, Turn&);
  void on(const stanza::ChatState&, Turn&);
  void on(const stanza::Unknown&, Turn&);

  void on_notice(const stanza::PrekeysLow&, Turn&);
  void on_notice(const stanza::DigestWanted&, Turn&);
  void on_notice(const stanza::IdentityChange&, Turn&);
  void on_notice(const stanza::AppStateDirty&, Turn&);
  void on_notice(const stanza::DevicesChanged&, Turn&);
  void on_notice(const stanza::PrivacyChanged&, Turn&);
  void on_notice(const stanza::GroupChanged& changed, Turn& turn) { outdate_group(turn.txn, changed.group); }
  void on_notice(const stanza::PrivacyToken&, Turn&);
  void on_notice(const stanza::LinkCodePrimaryHello&, Turn&);
  void on_notice(const stanza::LinkCodeRefresh&, Turn&);
  void on_notice(const stanza::PairRefresh&, Turn&);
  void on_notice(const stanza::PasskeyRequest&, Turn&);
  void on_notice(const stanza::OtherNotification&, Turn&) {}

  // --- the answer to one query, to the flow that asked (routing.cpp)
  void answer(const Query&, const QueryAnswer&, Turn&);
  void to(const IgnoredQuery&, const QueryAnswer&, Turn&) {}
  void to(const PingQuery&, const QueryAnswer&, Turn&) {}  // that something came is all that counts
  void to(const ActiveQuery& query, const QueryAnswer& answer, Turn& turn) { life.on_answer(query, answer, turn); }
  void to(const LogoutQuery& query, const QueryAnswer& answer, Turn& turn) { life.on_answer(query, answer, turn); }
  void to(const PrekeyCountQuery& query, const QueryAnswer& answer, Turn& turn) { prekeys.on_answer(query, answer, out, turn); }
  void to(const PrekeyUploadQuery& query, const QueryAnswer& answer, Turn& turn) { prekeys.on_answer(query, answer, out, turn); }
  void to(const PrekeyDigestQuery& query, const QueryAnswer& answer, Turn& turn) { prekeys.on_answer(query, answer, out, turn); }
  void to(const SignedPrekeyQuery& query, const QueryAnswer& answer, Turn& turn) { prekeys.on_answer(query, answer, out, turn); }
  void to(const PairHelloQuery& query, const QueryAnswer& answer, Turn& turn) { pairing.on_answer(query, answer, turn); }
  void to(const PairFinishQuery& query, const QueryAnswer& answer, Turn& turn) { pairing.on_answer(query, answer, turn); }
  void to(const DeviceQuery& query, const QueryAnswer& answer, Turn& turn) { outbox.on_answer(query, answer, out, turn); }
  void to(const GroupQuery& query, const QueryAnswer& answer, Turn& turn) { outbox.on_answer(query, answer, out, turn); }
  void to(const BundleQuery&, const QueryAnswer&, Turn&);
  void to(const CollectionFetch& query, const QueryAnswer& answer, Turn& turn) {
    carry_out(chats.on_answer(query, answer, turn), turn);
  }
  void to(const PatchUpload& query, const QueryAnswer& answer, Turn& turn) {
    carry_out(chats.on_answer(query, answer, turn), turn);
  }
  void to(const MediaConnQuery&, const QueryAnswer&, Turn&);
  void to(const PrivacyQuery& query, const QueryAnswer& answer, Turn& turn) { on_privacy_answer(query, answer, turn); }
  void to(const OwnPictureQuery& query, const QueryAnswer& answer, Turn& turn) { on_picture_answer(query, answer, turn); }
  void to(const PeopleQuery& query, const QueryAnswer& answer, Turn& turn) { on_answer(query, answer, turn); }

  // --- what one flow found that concerns another, and what one wants of others
  void hand_on(const KeyShareNotice&, Turn&);
  void hand_on(const HistoryNotification&, Turn&);
  void hand_on(const ChatNotice&, Turn&);
  void hand_on(const PushNameNotice&, Turn&);
  void hand_on(const MissingNotice&, Turn&);
  void hand_on(const ArrivedNotice&, Turn&);
  void carry_out(Wanted, Turn&);

  // --- commands (client.cpp)
  Result<void> take(const Start&, Turn&);
  Result<void> take(const Stop&, Turn&);
  Result<void> take(const RequestPairCode&, Turn&);
  Result<void> take(const Logout&, Turn&);
  Result<void> take(const RejectCall&, Turn&);
  Result<void> take(const SendText&, Turn&);
  Result<void> take(const SendMessage& command, Turn& turn) { return outbox.send_message(command, out, turn); }
  Result<void> take(const SetChat&, Turn&);
  Result<void> take(const SyncAppState&, Turn&);
  Result<void> take(const AskPrivacy& command, Turn& turn) { return ask_privacy(command, out, turn); }
  Result<void> take(const SetOwnPicture& command, Turn& turn) { return set_own_picture(command, out, turn); }
  Result<void> take(const ShowPresence& command, Turn& turn) {
    inbox.set_available(command.available && out.online());  // receipts of an available device are not `inactive`
    return ask(command, out, turn);
  }
  template <class Question>
  // people/profiles.h, presence/presence.h
  Result<void> take(const Question& question, Turn& turn) { return ask(question, out, turn); }

  bool link_open = false, online_told = false;   // as the flows know it
  LinkState reported = LinkState::idle;
  std::optional<MonoTime> reported_retry;
};

}  // namespace wa::client
