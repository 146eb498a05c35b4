// The inside of Client: its rooms, listed once, and the way from a command, a query's answer or a notice to its room.
// Guarantees, at compile time: each command and each query has exactly one room, each notice at least one; a room that
// has on_tick has a deadline. What a room wants of others is performed when it has returned (perform).
// For client.cpp and routing.cpp only.
#pragma once

#include <concepts>
#include <tuple>

#include "client/account/privacy_and_picture.h"
#include "client/app_state/app_state_sync.h"
#include "client/calls/calls.h"
#include "client/client.h"
#include "client/files/files.h"
#include "client/history/history.h"
#include "client/link/lifecycle.h"
#include "client/link/link.h"
#include "client/link/offline_queue.h"
#include "client/link/out.h"
#include "client/media/hosts.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/inbox.h"
#include "client/messages/outbox.h"
#include "client/messages/resends.h"
#include "client/pairing/pairing.h"
#include "client/people/profiles.h"
#include "client/prekeys/prekey_supply.h"
#include "client/presence/presence.h"
#include "client/rows/group_members.h"

namespace wa::client {

// --- what a room may be called with; all of it optional
template <class Room, class Command>
concept Executes = requires(Room& room, const Command& command, Out& out, Turn& turn) {
  { room.execute(command, out, turn) } -> std::same_as<Result<void>>;
};
template <class Room, class Query>
concept Answers = requires(Room& room, const Query& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  room.on_answer(query, answer, out, turn);
};
template <class Room, class Notice>
concept Hears = requires(Room& room, const Notice& notice, Out& out, Turn& turn) { room.on(notice, out, turn); };
template <class Room>
concept ComesOnline = requires(Room& room, Out& out, Turn& turn) { room.on_online(out, turn); };
template <class Room>
concept GoesOffline = requires(Room& room, Turn& turn) { room.on_offline(turn); };
template <class Room>
concept Ticks = requires(Room& room, Out& out, Turn& turn) { room.on_tick(out, turn); };
template <class Room>
concept Waits = requires(const Room& room) { room.deadline(); };

// What takes two rooms to do.
struct Joint {
  Lifecycle& life;
  Pairing& pairing;

  Result<void> execute(const RequestPairCode&, Out&, Turn&);
};

struct Rooms {
  Rooms(const Config& c, Account a)
      : config(c), account(std::move(a)), out(link, requests, account), life(c, link, out), pairing(c), prekeys(c),
        hosts(c), outbox(c), chats(hosts), history(hosts), files(hosts) {}

  const Config& config;
  Account account;
  Link link;
  Requests requests;
  Out out;
  Lifecycle life;
  Pairing pairing;
  PrekeyFlow prekeys;
  OfflineQueue queue;
  MediaHosts hosts;
  Calls calls;
  Inbox inbox;
  Outbox outbox;
  Retries retries;
  Chats chats;
  History history;
  Files files;
  AccountSettings settings;
  People people;
  Presence presence;
  Joint joint{life, pairing};

  // In the order in which they hear of the link and of time; the open queries come in between (client.cpp).
  auto session_rooms() { return std::tie(life, pairing); }
  auto other_rooms() {
    return std::tie(prekeys, queue, hosts, calls, inbox, outbox, retries, chats, history, files, settings, people,
                    presence, joint);
  }
  auto all() { return std::tuple_cat(session_rooms(), other_rooms()); }
};

// --- who does what, counted (tests/compile_fail shows what is refused)
template <class AllRooms, class List> struct Counted;
template <class... Room, class... Kind>
struct Counted<std::tuple<Room&...>, Kinds<Kind...>> {
  template <class One> static constexpr int kExecute = (int{Executes<Room, One>} + ... + 0);
  template <class One> static constexpr int kAnswer = (int{Answers<Room, One>} + ... + 0);
  template <class One> static constexpr int kHear = (int{Hears<Room, One>} + ... + 0);

  // One at a time, so that the compiler names what was forgotten.
  template <class One> static constexpr bool executed() {
    static_assert(kExecute<One> == 1, "a command needs exactly one room that executes it");
    return true;
  }
  template <class One> static constexpr bool answered() {
    static_assert(kAnswer<One> == 1, "a query needs exactly one room that takes its answer");
    return true;
  }
  template <class One> static constexpr bool heard() {
    static_assert(kHear<One> > 0, "a notice needs a room that hears it");
    return true;
  }
  template <class One> static constexpr bool timed() {
    static_assert(Ticks<One> == Waits<One>, "a room that has on_tick needs a deadline, and the reverse");
    return true;
  }
  // A member of another shape would never be called.
  template <class One> static constexpr bool told_of_link() {
    static_assert(ComesOnline<One> || !requires { &One::on_online; }, "on_online takes (Out&, Turn&)");
    static_assert(GoesOffline<One> || !requires { &One::on_offline; }, "on_offline takes (Turn&)");
    return true;
  }
  static constexpr bool commands() { return (executed<Kind>() && ...); }
  static constexpr bool queries() { return (answered<Kind>() && ...); }
  static constexpr bool notices() { return (heard<Kind>() && ...); }
  static constexpr bool deadlines() { return (timed<Room>() && ...); }
  static constexpr bool link() { return (told_of_link<Room>() && ...); }
};
template <class Parts, class... Kind>
constexpr bool each_notification_is_taken(const std::variant<Kind...>*) {
  const auto taken = []<class One>(const One*) {
    static_assert(requires(Parts& parts, const One& one, Turn& turn) { parts.on_notice(one, turn); },
                  "a notification has no on_notice");
    return true;
  };
  return (taken(static_cast<const Kind*>(nullptr)) && ...);
}
using AllRooms = decltype(std::declval<Rooms&>().all());
static_assert(Counted<AllRooms, Contract::Commands>::commands());
static_assert(Counted<AllRooms, Contract::Queries>::queries());
static_assert(Counted<AllRooms, Notices>::notices());
static_assert(Counted<AllRooms, Kinds<>>::deadlines());
static_assert(Counted<AllRooms, Kinds<>>::link());

template <class Tuple, class Call>
void each(Tuple rooms, Call call) {
  std::apply([&](auto&... room) { (call(room), ...); }, rooms);
}

struct Client::Parts : Rooms {
  using Rooms::Rooms;

  // --- after every input: tells the rooms what became of the link, connects if it is time (client.cpp)
  void settle(Turn&);
  void on_connection_over(Turn&);
  void on_online(Turn&);
  void report(Turn&);
  void fire(Turn&);                       // every deadline that has passed
  std::optional<MonoTime> deadline();

  // --- to the room it is for (routing.cpp)
  Result<void> execute(const Command&, Turn&);
  void answer(const Query&, const QueryAnswer&, Turn&);
  void forward(const Notice&, Turn&);
  void perform(Turn&);                    // what the room that has just returned wants of others

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
  void on_notice(const stanza::MediaRetried&, Turn&);
  void on_notice(const stanza::GroupChanged& changed, Turn& turn) { outdate_group(turn.txn, changed.group); }
  void on_notice(const stanza::PrivacyToken&, Turn&);
  void on_notice(const stanza::LinkCodePrimaryHello&, Turn&);
  void on_notice(const stanza::LinkCodeRefresh&, Turn&);
  void on_notice(const stanza::PairRefresh&, Turn&);
  void on_notice(const stanza::PasskeyRequest&, Turn&);
  void on_notice(const stanza::Told&, Turn&);
  void on_notice(const stanza::OtherNotification&, Turn&) {}

  bool link_open = false, online_told = false;   // as the rooms know it
  LinkState reported = LinkState::idle;
  std::optional<MonoTime> reported_retry;
};

}  // namespace wa::client
