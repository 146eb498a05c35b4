// Calls: rejecting them, and what is told of them.
#pragma once

#include <optional>
#include <string>

#include "base/kinds.h"
#include "base/time.h"
#include "client/ids.h"
#include "wire/jid.h"

namespace wa::client {

// -> RejectDone. `from` may be the caller's PN or LID, with or without device; used when call_id is not known.
struct RejectCall { CommandId command = 0; std::string call_id; wire::Jid from; };

enum class CallEventKind : std::uint8_t { offer, accept, pre_accept, reject, terminate, relay_latency, transport, unknown };
enum class CallBy : std::uint8_t { unknown, us, other_device, peer };
struct CallEvent {
  CallEventKind kind = CallEventKind::offer;
  std::string call_id;
  wire::Jid from;                     // as received (device kept)
  std::optional<wire::Jid> from_pn, from_lid;  // both ids of the caller where known
  wire::Jid creator;                  // as received
  std::optional<wire::Jid> group;
  bool is_group = false, is_video = false, offline = false, silenced = false;
  bool first = true;                  // the first offer of this call (offers and notices are de-duplicated by call id)
  bool missed = false;                // this event made the call a missed one
  bool rings_on = false;              // it spoke for one device or one participant, and ended nothing
  WallTime time;
  std::string platform, version, reason;
  std::optional<std::int64_t> duration_s;
  CallBy by = CallBy::unknown;
};
enum class RejectOutcome : std::uint8_t { confirmed, unconfirmed, already_ended, refused, link_lost };
struct RejectDone {
  CommandId command = 0;
  std::string call_id;
  RejectOutcome outcome = RejectOutcome::confirmed;
  int upstream_code = 0;
  std::optional<wire::Jid> caller;
  bool is_group = false;
  bool offline = false;
};

struct CallsContract {
  using Commands = Kinds<RejectCall>;
  using Events = Kinds<CallEvent, RejectDone>;
  using Queries = Kinds<>;
};

}  // namespace wa::client
