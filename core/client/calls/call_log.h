// The calls of the last day as rows: what is needed to tell a repeated offer from a new one, and to reject by id alone,
// over restarts. Guarantees: at most kCallsKeptMax calls; each step looks at a fixed number of rows.
//
// Rows of Table::calls:
//   "c" call id       CallRecord
//   "s" sequence      call id, in the order the calls came
//   "q"               first and next sequence
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/turn.h"
#include "wire/jid.h"

namespace wa::client {

enum class CallState : std::uint8_t { ringing = 1, accepted, rejected, missed, ended };
// Our own reject of a call: sent says that it may have been seen, confirmed that it was.
enum class OwnReject : std::uint8_t { none, sent, confirmed };

struct CallRecord {
  CallState state = CallState::ringing;
  bool over = false;               // a terminate was seen: later ones say nothing new
  OwnReject own_reject = OwnReject::none;
  wire::Jid from, creator;         // as the offer had them
  std::optional<wire::Jid> pn, lid, group;  // the caller's ids; no device
  bool is_group = false, is_video = false, offline = false, from_notice = false;
  WallTime seen;                   // by our clock
  std::vector<std::uint32_t> heard;  // marks of what was told and ended nothing: the newest kHeardMax

  // Worth rejecting: nobody answered or ended it, and it is not too old (06 section 4, kRingMs).
  bool rings(WallTime now) const;
};

// The devices of the own account say once or twice what they cannot do. A group may say more; then one is told twice.
inline constexpr std::size_t kHeardMax = 8;

// Ids longer than this are no calls we keep: such a call is acknowledged and nothing else.
inline constexpr std::size_t kCallIdBytesMax = 128;

// nullopt for an unknown call, one older than kCallKeptMs, or a row that cannot be read.
std::optional<CallRecord> load_call(const store::Txn& txn, const std::string& call_id, WallTime now);
// Writes the record; a call that was not stored before pushes the oldest ones out.
void store_call(store::Txn& txn, const std::string& call_id, const CallRecord& record);

struct LoggedCall { std::string id; CallRecord record; };
struct LoggedCalls {
  std::vector<LoggedCall> calls;
  std::uint64_t last = 0;  // the sequence to go on before, when there are more
  bool more = false;
};
// The newest first, none older than kCallKeptMs, of those before a sequence. Looks at no more than 2,048 of them: a page may end
// before `limit`.
LoggedCalls list_calls(const store::Txn& txn, std::uint64_t before, std::size_t limit, WallTime now);

}  // namespace wa::client
