// People: what is asked of the service and what is known here. AskProfile, AskBlocklist and ChangeBlock are the
// requests as they are; BlocklistFound and PictureFound are what comes of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "store/store.h"

namespace wa::gateway {

// Digits; "" when only the LID is known.
std::string phone_of(const wire::Jid&);

// Of these only numbers whose LID is not known are asked of the service, and offline none: what is known here is the
// answer then.
std::vector<std::string> numbers_to_ask(const std::vector<wire::Jid>& people, const client::Client&, const store::Txn&);
struct ResolvedContact {
  wire::Jid pn, lid;  // as given where that form is not known
  std::string full_name, push_name;
};
ResolvedContact resolve_contact(const wire::Jid&, const store::Txn&);

// Each number once, in the order of the digits: asked so, and answered so.
std::vector<std::string> each_once(std::vector<std::string> numbers);
bool has_account(const std::string& number, const client::UsersFound&);

// nullptr: the number has no account.
const client::UserFound* found_profile(const client::UsersFound&);

// `known_id`: of the picture whoever asks has already.
client::AskPicture picture_question(const wire::Jid& who, bool preview, std::string_view known_id);

enum class PeopleProblem : std::uint8_t { unanswered, refused, hidden, none_there };
PeopleProblem problem_of(const client::PeopleFailed&);
PeopleProblem picture_problem_of(const client::PeopleFailed&);  // only of a picture: hidden, none_there

}  // namespace wa::gateway
