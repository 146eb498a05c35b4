// What the owner of a device wants done with calls (api.md 6.4): one row, and the rules of its values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
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

inline constexpr std::int64_t kReplyCooldownMaxS = 30LL * 86'400;

// What somebody wants changed: what is absent stays; `allow` is replaced as a whole.
struct CallSettingsChange {
  std::optional<bool> auto_reject, auto_reject_groups;
  std::optional<bool> reply_enabled;
  std::optional<std::string> reply_message;             // at most kTextCharsMax
  std::optional<std::int64_t> reply_cooldown_s;         // at most kReplyCooldownMaxS
  std::optional<std::int64_t> replies_per_hour;         // 1 to kRepliesPerHourMax
  std::optional<std::vector<std::string>> allow;        // JIDs of people without device, at most kAllowListMax
};
// An automatic reply that would be enabled and say nothing: such a change is not to be made.
bool would_say_nothing(const CallSettings&, const CallSettingsChange&);
// Stored when something changes; what holds now.
CallSettings change_call_settings(const CallSettings& before, CallSettingsChange, store::Txn&);

}  // namespace wa::gateway
