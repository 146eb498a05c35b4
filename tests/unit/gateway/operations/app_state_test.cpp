#include "gateway/operations/app_state.h"

#include "gateway/operations/chat_settings.h"
#include "gateway/operations/marks.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::jid;

TEST_CASE("which collections a scope means, each once") {
  using Names = std::vector<std::string>;
  const auto names = [](std::initializer_list<SyncScope> scopes) {
    client::SyncAppState command;
    for (const SyncScope scope : scopes) add_scope(command, scope);
    return command.collections;
  };
  CHECK(names({SyncScope::contacts}) == Names{"critical_unblock_low"});
  CHECK(names({SyncScope::pins, SyncScope::chats}) == Names{"regular_low", "regular_high"});
  CHECK(names({SyncScope::settings, SyncScope::critical}) ==
        Names{"regular_low", "regular", "critical_block", "critical_unblock_low"});
}

TEST_CASE("what came of a setting") {
  using client::SettingOutcome;
  const auto result = [](SettingOutcome outcome, bool degraded) {
    client::ChatSettingDone done;
    done.outcome = outcome;
    done.degraded = degraded;
    return result_of(done);
  };
  CHECK(result(SettingOutcome::applied, true) == SettingResult::applied);
  CHECK(result(SettingOutcome::unchanged, false) == SettingResult::unchanged);
  CHECK(result(SettingOutcome::conflict, false) == SettingResult::conflict);
  CHECK(result(SettingOutcome::refused, false) == SettingResult::refused);
  CHECK(result(SettingOutcome::blocked, false) == SettingResult::waits_for_key);
  CHECK(result(SettingOutcome::blocked, true) == SettingResult::waits_for_snapshot);
  CHECK(result(SettingOutcome::timeout, false) == SettingResult::timeout);
}

TEST_CASE("times of messages lie between 2009 and tomorrow") {
  const WallTime now{test::kStartMs};
  CHECK(is_message_time(now, now));
  CHECK(is_message_time({now.ms + 86'400'000}, now));
  CHECK_FALSE(is_message_time({now.ms + 86'400'001}, now));
  CHECK(is_message_time({1'230'768'000'000}, now));
  CHECK_FALSE(is_message_time({1'230'767'999'999}, now));
  CHECK_FALSE(is_message_time({-1}, now));
}

TEST_CASE("a mute that has passed is none") {
  const WallTime now{test::kStartMs};
  client::ChatSummary chat;
  CHECK(muted_now(chat, now) == Muted::no);
  chat.muted_until_ms = now.ms;
  CHECK(muted_now(chat, now) == Muted::no);
  chat.muted_until_ms = now.ms + 1;
  CHECK(muted_now(chat, now) == Muted::until);
  chat.muted_until_ms = -1;
  CHECK(muted_now(chat, now) == Muted::for_ever);
}

TEST_CASE("the command of a mark, and the key of a message") {
  const wire::Jid group = jid("120363000000000000@g.us"), person = jid("5511888888888@s.whatsapp.net");
  const auto star = command_for(StarMessage{group, {"A1", false, person}, false});
  CHECK(star.setting == client::ChatSetting::star);
  CHECK_FALSE(star.value);
  CHECK(star.detail.message_id == "A1");
  CHECK(star.detail.participant == person.text());
  const auto label = command_for(EditLabel{"5", "Customers", 3, true});
  CHECK(label.setting == client::ChatSetting::label_edit);
  CHECK_FALSE(label.value);  // deleted
  CHECK(label.detail.label_color == 3);
  CHECK(command_for(LabelChat{person, "5", true}).detail.label == "5");
  CHECK(command_for(LabelMessage{group, {"A1", true, {}}, "5", true}).detail.from_me);

  CHECK(lacks_author(group, {"A1", false, {}}));
  CHECK_FALSE(lacks_author(group, {"A1", true, {}}));
  CHECK_FALSE(lacks_author(group, {"A1", false, person}));
  CHECK_FALSE(lacks_author(person, {"A1", false, {}}));
}
