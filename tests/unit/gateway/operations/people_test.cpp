#include "gateway/operations/account.h"
#include "gateway/operations/contacts.h"

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "unit/gateway/operations/operation_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::jid;
using wa::test::OperationFixture;

TEST_CASE("only numbers without a known LID are asked of the service") {
  OperationFixture at;
  const wire::Jid known = jid("5511888888888@s.whatsapp.net"), lid = jid("222333444@lid");
  client::learn_lid(at.txn, known, lid);
  const wire::Jid stranger = jid("5511777777777@s.whatsapp.net");
  const auto asked = [&](const std::vector<wire::Jid>& people) { return numbers_to_ask(people, *at.client, at.txn); };
  CHECK(asked({known, lid, stranger}) == std::vector<std::string>{"5511777777777"});
  CHECK(asked({known, lid}).empty());
  at.fake.status.link = client::LinkState::waiting;
  CHECK(asked({stranger}).empty());

  CHECK(resolve_contact(lid, at.txn).pn == known);
  CHECK(resolve_contact(known, at.txn).lid == lid);
  CHECK(resolve_contact(stranger, at.txn).lid == stranger);
  CHECK(phone_of(known) == "5511888888888");
  CHECK(phone_of(lid).empty());
}

TEST_CASE("numbers are asked once each, and each is answered") {
  const auto asked = each_once({"5511888888888", "5511777777777", "5511888888888"});
  CHECK(asked == std::vector<std::string>{"5511777777777", "5511888888888"});
  client::UsersFound found;
  client::UserFound by_jid;  // an answer may name the number by its JID only
  by_jid.exists = true;
  by_jid.jid = jid("5511888888888@s.whatsapp.net");
  client::UserFound other;
  other.number = "5511666666666";
  other.exists = true;
  found.users = {by_jid, other};
  CHECK_FALSE(has_account(asked[0], found));
  CHECK(has_account(asked[1], found));
}

TEST_CASE("profiles and pictures that are not there") {
  client::UsersFound found;
  CHECK(found_profile(found) == nullptr);
  found.users.emplace_back();
  CHECK(found_profile(found) == nullptr);
  found.users.front().exists = true;
  CHECK(found_profile(found) == &found.users.front());

  CHECK(problem_of({0, -1}) == PeopleProblem::unanswered);
  CHECK(problem_of({0, 404}) == PeopleProblem::refused);
  CHECK(picture_problem_of({0, 404}) == PeopleProblem::none_there);
  CHECK(picture_problem_of({0, 401}) == PeopleProblem::hidden);
  CHECK(picture_problem_of({0, 500}) == PeopleProblem::refused);
  CHECK(picture_problem_of({0, -1}) == PeopleProblem::unanswered);
  CHECK(picture_question({}, true, std::string(100, '1')).existing_id == std::string(64, '1'));
}

TEST_CASE("privacy by category, and what a picture must be") {
  client::PrivacyDone done;
  done.categories = {{"last", "contacts"}, {"unheard", "all"}};
  CHECK(privacy_of(done, PrivacyCategory::last_seen) == "contacts");
  CHECK(privacy_of(done, PrivacyCategory::stickers).empty());

  Bytes jpeg{0xFF, 0xD8, 0xFF, 0xE0};
  CHECK(picture_fault(jpeg) == PictureFault::none);
  CHECK(picture_fault(Bytes{0xFF, 0xD8, 0xFF}) == PictureFault::not_a_jpeg);
  CHECK(picture_fault(Bytes(1000, 0)) == PictureFault::not_a_jpeg);
  jpeg.resize(limits::kPictureBytesMax);
  CHECK(picture_fault(jpeg) == PictureFault::none);
  jpeg.push_back(0);
  CHECK(picture_fault(jpeg) == PictureFault::too_large);
}
