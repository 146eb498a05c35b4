// tested by unit/gateway/operations/people_test.cpp
#include "gateway/operations/contacts.h"

#include <algorithm>

#include "base/sort.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "gateway/operations/operation.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kPictureIdBytesMax = 64;

}  // namespace

std::string phone_of(const wire::Jid& jid) { return jid.server == wire::Server::pn ? jid.user : std::string(); }

std::vector<std::string> numbers_to_ask(const std::vector<wire::Jid>& people, const client::Client& client,
                                        const store::Txn& txn) {
  std::vector<std::string> out;
  if (!is_online(client)) return out;
  for (const wire::Jid& jid : people) {
    if (jid.server == wire::Server::pn && !client::lid_of(txn, jid)) out.push_back(jid.user);
  }
  return out;
}

ResolvedContact resolve_contact(const wire::Jid& jid, const store::Txn& txn) {
  ResolvedContact out;
  out.pn = client::pn_or_same(txn, jid);
  out.lid = client::lid_or_same(txn, jid);
  auto contact = client::load_contact(txn, out.pn);
  if (!contact) contact = client::load_contact(txn, out.lid);
  if (!contact) return out;
  out.full_name = std::move(contact->full_name);
  out.push_name = std::move(contact->push_name);
  return out;
}

std::vector<std::string> each_once(std::vector<std::string> numbers) {
  sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

bool has_account(const std::string& number, const client::UsersFound& found) {
  bool out = false;
  for (const client::UserFound& user : found.users) {  // an answer may name the number by its JID only
    const bool named = !user.number.empty() || !user.jid;
    if (number == (named ? user.number : phone_of(*user.jid))) out = user.exists;
  }
  return out;
}

const client::UserFound* found_profile(const client::UsersFound& found) {
  const bool exists = !found.users.empty() && found.users.front().exists;
  return exists ? &found.users.front() : nullptr;
}

client::AskPicture picture_question(const wire::Jid& who, bool preview, std::string_view known_id) {
  return {0, who, preview, std::string(known_id.substr(0, kPictureIdBytesMax))};
}

PeopleProblem problem_of(const client::PeopleFailed& failed) {
  return failed.upstream_code < 0 ? PeopleProblem::unanswered : PeopleProblem::refused;
}

PeopleProblem picture_problem_of(const client::PeopleFailed& failed) {
  if (failed.upstream_code == 401) return PeopleProblem::hidden;
  if (failed.upstream_code == 404) return PeopleProblem::none_there;
  return problem_of(failed);
}

}  // namespace wa::gateway
