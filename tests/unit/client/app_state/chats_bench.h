// A device's app-state flow with the small service of app_state_server.h at the other end, run until nothing happens.
#pragma once

#include <deque>

#include "base/encoding.h"
#include "client/app_state/app_state_sync.h"
#include "unit/client/app_state/app_state_server.h"

namespace wa::test {

using namespace client;
using namespace appstate;

inline constexpr const char* kAlice = "5511999999991@s.whatsapp.net";
inline constexpr const char* kBob = "5511999999992@s.whatsapp.net";
inline const wire::Jid kAliceJid{"5511999999991", wire::Server::pn};
inline const wire::Jid kBobJid{"5511999999992", wire::Server::pn};

struct ChatsBench {
  Config config;
  ScriptedTurn world;
  AppStateServer server;
  std::unique_ptr<Chats> chats;
  std::deque<Ask> asked;
  std::vector<Bytes> key_requests;
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;
  int fetches = 0, queries = 0;
  int lost_answers = 0;     // upload answers that never arrive
  int fetch_status = 200;   // of media
  std::vector<Event> seen;  // everything that ever happened

  explicit ChatsBench(bool with_key = true) {
    config.media_hosts = {"media.test"};
    chats = std::make_unique<Chats>(config);
    if (with_key) REQUIRE(store_key(world.turn().txn, server.key_id, server.key_data, 0));
    for (const auto c : {Collection::critical_block, Collection::critical_unblock_low, Collection::regular_high,
                         Collection::regular_low, Collection::regular}) {
      server.stores[c];
    }
    server.by_phone(Pin{kBob, true});
  }
  void take(Wanted wanted) {
    for (Ask& ask : wanted.queries) asked.push_back(std::move(ask));
    for (Bytes& key : wanted.key_requests) key_requests.push_back(std::move(key));
    for (auto& mapping : wanted.mappings) mappings.push_back(std::move(mapping));
  }
  void answer(const Ask& ask) {
    ++queries;
    if (std::get_if<PatchUpload>(&ask.what) && lost_answers > 0) {
      --lost_answers;
      (void)server.answer(ask.iq);  // arrives, but the answer does not
      return take(chats->on_answer(*std::get_if<PatchUpload>(&ask.what), QueryTimeout{}, world.turn()));
    }
    const QueryAnswer result = server.answer(ask.iq);
    if (const auto* fetch = std::get_if<CollectionFetch>(&ask.what))
      take(chats->on_answer(*fetch, result, world.turn()));
    if (const auto* upload = std::get_if<PatchUpload>(&ask.what)) take(chats->on_answer(*upload, result, world.turn()));
  }
  void settle(int rounds = 300) {
    for (int i = 0; i < rounds; ++i) {
      if (!world.effects.empty()) {
        const std::vector<Effect> effects = std::move(world.effects);
        world.effects.clear();
        for (const Effect& effect : effects) {
          const auto* fetch = std::get_if<Fetch>(&effect);
          if (!fetch) continue;
          ++fetches;
          const std::string path = fetch->path.substr(0, fetch->path.find('&'));
          CHECK(fetch->path.find("&mms-type=md-app-state") != std::string::npos);
          const bool ok = fetch_status == 200;
          take(chats->on_fetched(fetch->fetch, ok, fetch_status, ok ? server.files[path] : Bytes{}, world.turn()));
        }
      } else if (!asked.empty()) {
        const Ask ask = std::move(asked.front());
        asked.pop_front();
        answer(ask);
      } else {
        break;
      }
    }
    world.commit();
    CHECK(asked.empty());
    for (const auto& event : world.events) seen.push_back(event);
    world.events.clear();
    CHECK(server.violations == std::vector<std::string>{});
  }
  void online() {
    take(chats->on_online(world.turn()));
    settle();
  }
  void tick(std::int64_t ms) {
    world.advance(ms);
    take(chats->on_tick(world.turn()));
    settle();
  }
  void restart() {
    asked.clear();
    world.effects.clear();
    world.commit();
    chats = std::make_unique<Chats>(config);
  }
  void notify(Collection which) {
    stanza::AppStateDirty dirty;
    dirty.collections.emplace_back(std::string(collection_name(which)), server.stores[which].version);
    take(chats->on_server_sync(dirty, world.turn()));
    settle();
  }
  void set(ChatSetting setting, const wire::Jid& chat, bool value, CommandId id = 1, std::int64_t hint_s = 0) {
    SetChat command;
    command.command = id;
    command.chat = chat;
    command.setting = setting;
    command.value = value;
    if (hint_s) command.last_message_hint = WallTime::from_seconds(hint_s);
    auto wanted = chats->execute(command, world.turn());
    REQUIRE(wanted.ok());
    take(*std::move(wanted));
  }
  CollectionState state(Collection which) { return load_collection(world.turn().txn, which); }
  bool agrees(Collection which) {
    const auto local = state(which);
    return local.version == server.stores[which].version && local.hash == server.stores[which].hash;
  }
  ChatRow row(const wire::Jid& chat) { return find_chat(world.turn().txn, chat).row; }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& event : seen) {
      if (const auto* one = std::get_if<T>(&event)) out.push_back(*one);
    }
    return out;
  }
  ChatSettingDone done(CommandId id) const {
    ChatSettingDone found;
    int count = 0;
    for (const auto& one : all<ChatSettingDone>()) {
      if (one.command != id) continue;
      found = one;
      ++count;
    }
    REQUIRE(count == 1);
    return found;
  }
};

}  // namespace wa::test
