// What the owner of a device wants done with calls (api.md 6.4): one row, and its API form.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "gateway/http/reply.h"
#include "store/store.h"

namespace wa::gateway {

struct CallSettings {
  bool auto_reject = false;
  bool auto_reject_groups = false;
  struct AutoReply {
    bool enabled = false;
    std::string message;
    std::int64_t cooldown_s = 600;
    std::uint32_t per_hour = limits::kRepliesPerHourDefault;  // over all callers
  } auto_reply;
  std::vector<std::string> allow;  // JIDs without device; never rejected automatically

  friend bool operator==(const CallSettings& a, const CallSettings& b);
};

// corrupt_store: the row is of a newer version.
Result<void> check_call_settings_row(const store::StoreView&);
// Defaults when there is no row. A row we cannot read counts as the defaults: nothing is rejected or sent by mistake.
CallSettings load_call_settings(const store::Txn&);
void save_call_settings(const CallSettings&, store::Txn&);

// PUT /calls/settings merges: members that are absent (also inside auto_reply) keep their value; `allow` is replaced as a
// whole. Nothing changes unless every member is right.
std::optional<Failure> merge_call_settings(const Json& body, CallSettings& settings);
Json show_call_settings(const CallSettings&);

}  // namespace wa::gateway
