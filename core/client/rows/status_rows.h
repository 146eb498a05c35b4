// What statuses need to be kept (11 sections 1, 6, 7). Table::status: "p": who sees ours; ring 's', message id -> whom
// that status went to, for retries and its deletion; ring 'm', JID -> the account does not want to see theirs.
// Guarantees: of two sources of the list, the service's answer and app state, the newer one counts; an audience has at
// most kStatusAudienceMax people and is known for a day.
// Does not: ask, or send.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "appstate/action.h"
#include "client/contract.h"
#include "stanza/queries/status.h"
#include "base/time.h"
#include "client/rows/account.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

using appstate::StatusAudience;
using appstate::StatusPrivacy;

wire::Jid status_chat();
inline bool is_status(const wire::Jid& chat) { return chat.server == wire::Server::broadcast && chat.user == "status"; }

// The lists of an answer, that in force first; nullopt: it says none.
struct StatusLists { std::vector<stanza::StatusList> all; StatusPrivacy in_force; };
std::optional<StatusLists> status_lists_in(const QueryAnswer&);
// The same, when another list counts meanwhile.
StatusLists with_in_force(StatusLists, const StatusPrivacy&);
const char* status_list_name(StatusAudience);
// As a stanza says how those who see it were chosen.
std::string_view status_setting_name(StatusAudience);

// nullopt: nobody has said. `set_ms`: when that was set, as its source says.
std::optional<StatusPrivacy> status_privacy(const store::Txn&);
void note_status_privacy(store::Txn&, const StatusPrivacy&, std::int64_t set_ms);
// The service's answer: newer than app state only where it differs from the answer before.
void note_told_status_privacy(store::Txn&, const StatusPrivacy&, WallTime now);
bool status_privacy_is_old(const store::Txn&, WallTime now);   // the service was not asked for a day

// Whoever sees a status that is sent now, each once, by LID where known, without ourselves.
std::vector<wire::Jid> status_audience(const store::Txn&, const Account&, const StatusPrivacy&);

struct SentStatus {
  StatusAudience chosen_by = StatusAudience::contacts;
  std::vector<wire::Jid> people;   // by LID, ourselves among them
  WallTime time;
};
void remember_status(store::Txn&, const std::string& id, const SentStatus&);
std::optional<SentStatus> find_status(const store::Txn&, const std::string& id, WallTime now);
bool went_to(const store::Txn&, const SentStatus&, const wire::Jid& device);

// False: it was set before what is known, and is ignored, unless `any`.
bool note_status_mute(store::Txn&, const wire::Jid& author, bool muted, std::int64_t set_ms, bool any = false);
bool status_is_muted(const store::Txn&, const wire::Jid& author);

}  // namespace wa::client
