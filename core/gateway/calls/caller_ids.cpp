// tested by unit/gateway/calls/auto_answer_test.cpp
#include <algorithm>

#include "client/rows/chat_rows.h"
#include "gateway/calls/auto_answer.h"

namespace wa::gateway {
namespace {

void add(CallerIds& ids, const wire::Jid& jid, bool first) {
  const std::string text = jid.user_jid().text();
  if (std::find(ids.begin(), ids.end(), text) != ids.end()) return;
  ids.insert(first ? ids.begin() : ids.end(), text);
}

}  // namespace

CallerIds caller_ids(const std::vector<std::optional<wire::Jid>>& known, const store::Txn& txn) {
  CallerIds ids;
  for (const auto& jid : known) {
    if (!jid || !jid->is_user()) continue;
    const bool is_pn = jid->server == wire::Server::pn || jid->server == wire::Server::hosted;
    add(ids, *jid, is_pn);
    if (const auto other = client::other_form(txn, *jid)) add(ids, *other, !is_pn);
  }
  return ids;
}

}  // namespace wa::gateway
