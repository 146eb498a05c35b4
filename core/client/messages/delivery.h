// How one message of the outbox reaches its recipient: what every delivery machine is given, and what it may say.
// A machine (direct_delivery.h and its like, listed in deliveries.h) is a value: a variant of what it waits for, each
// with only the data of that wait, and how often it has asked. A new one is a file and its line there.
// Guarantees, of each: it asks and sends in `advance` only, and what it sends is a row of the sent log in the same
// step; after `put_back` it waits for nothing, and an answer that comes late changes rows, not the machine.
// Does not know other messages, time, order, or how often it has failed: outbox.h does.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "client/contract.h"

namespace wa::client {

// A message of the outbox. What it says stays in its row (load_outbox_row), read when it leaves.
struct Queued {
  std::string id;
  wire::Jid to;            // as commanded, no device
  std::uint64_t key = 0;   // of its row
};

// --- what a machine says: what the queue has to do about its message
struct NotConcerned {};    // the answer was for others
struct Asking {};          // wait: questions are open
struct Ready {};           // advance it again: no question is open any more
struct NotAsked {};        // the question could not leave: advance it after a pause
struct Unanswered {};      // the question got no answer: the same, after a longer pause each time, and not for ever
struct OnItsWay { int failed_devices = 0; };   // wait for the service's ack; so many devices were left out
struct Refused { SendFailure why = SendFailure::refused; int code = 0; };   // it fails
struct Dropped {};         // it goes, and nobody is told
struct Later {};           // nobody can be reached now: advance it after an hour, or on the next connection
using Progress = std::variant<NotConcerned, Asking, Ready, NotAsked, Unanswered, OnItsWay, Refused, Dropped, Later>;

// --- what a machine may hear: answers that the rows have learnt from already
struct ListsAnswer { const DeviceQuery& query; bool answered = false; };
struct GroupAnswer { const GroupQuery& query; bool answered = false; std::optional<Refused> refused; };
struct BundlesAnswer { const BundleQuery& query; int error = 0; };   // of one device without a bundle, or of all
struct AudienceAnswer { const AudienceQuery& query; bool answered = false; };
using Answered = std::variant<ListsAnswer, GroupAnswer, BundlesAnswer, AudienceAnswer>;

// --- where a machine stands. Its first state is that of waiting to be advanced, its last that of waiting for the ack.
// `leading`: sent, and the next message to the same recipient waits for the ack, too.
enum class Stage : std::uint8_t { waiting, asking, leading, sent };
inline bool is_sent(Stage stage) { return stage >= Stage::leading; }
inline bool holds_next(Stage stage) { return stage == Stage::asking || stage == Stage::leading; }
template <class... States>
Stage stage_of(const std::variant<States...>& state) {
  if (state.index() == 0) return Stage::waiting;
  return state.index() + 1 == sizeof...(States) ? Stage::sent : Stage::asking;
}

// --- what the service's codes mean (07 section 6)
// It may take the message later; everything else it refuses on purpose.
inline bool is_temporary(int code) { return code == 408 || code == 429 || code == 500 || code == 503; }
inline SendFailure failure_of(int code) {
  return code == 404 || code == 406 ? SendFailure::unknown_recipient : SendFailure::refused;
}

}  // namespace wa::client
