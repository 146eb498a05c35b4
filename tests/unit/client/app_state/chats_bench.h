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
  MediaHosts hosts{config};
  std::unique_ptr<Chats> chats;
  WayOut way;
  Out& out = way.out;
  std::deque<Ask> asked;
  std::vector<Bytes> key_requests;
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;
  int fetches = 0, queries = 0;
  int lost_answers = 0;     // upload answers that never arrive
  int fetch_status = 200;   // of media
  std::vector<Event> seen;  // everything that ever happened

  explicit ChatsBench(bool with_key = true) {
    config.media_hosts = {"media.test"};
    way.account.paired = true;
    chats = std::make_unique<Chats>(hosts);
    if (with_key) REQUIRE(store_key(world.turn().txn, server.key_id, server.key_data, 0));
    for (const auto c : {Collection::critical_block, Collection::critical_unblock_low, Collection::regular_high,
                         Collection::regular_low, Collection::regular}) {
      server.stores[c];
    }
    server.by_phone(Pin{kBob, true});
  }
  void take() {
    for (Ask& ask : world.take_queries()) asked.push_back(std::move(ask));
    for (const Notice& notice : world.take_notices()) {
      if (const auto* missing = std::get_if<KeysMissing>(&notice)) {
        key_requests.insert(key_requests.end(), missing->key_ids.begin(), missing->key_ids.end());
      }
      if (const auto* learnt = std::get_if<LearntMapping>(&notice)) mappings.emplace_back(learnt->pn, learnt->lid);
    }
  }
  void answer(const Ask& ask) {
    ++queries;
    if (std::get_if<PatchUpload>(&ask.what) && lost_answers > 0) {
      --lost_answers;
      (void)server.answer(ask.iq);  // arrives, but the answer does not
      chats->on_answer(*std::get_if<PatchUpload>(&ask.what), QueryTimeout{}, out, world.turn());
      return take();
    }
    const QueryAnswer result = server.answer(ask.iq);
    if (const auto* fetch = std::get_if<CollectionFetch>(&ask.what)) chats->on_answer(*fetch, result, out, world.turn());
    if (const auto* upload = std::get_if<PatchUpload>(&ask.what)) chats->on_answer(*upload, result, out, world.turn());
    take();
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
          chats->on_fetched(fetch->fetch, ok, fetch_status, ok ? server.files[path] : Bytes{}, world.turn());
          take();
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
    chats->on_online(out, world.turn());
    take();
    settle();
  }
  void tick(std::int64_t ms) {
    world.advance(ms);
    chats->on_tick(out, world.turn());
    take();
    settle();
  }
  void restart() {
    asked.clear();
    world.effects.clear();
    world.commit();
    chats = std::make_unique<Chats>(hosts);
  }
  void notify(Collection which) {
    stanza::AppStateDirty dirty;
    dirty.collections.emplace_back(std::string(collection_name(which)), server.stores[which].version);
    chats->on_server_sync(dirty, world.turn());
    take();
    settle();
  }
  void set(ChatSetting setting, const wire::Jid& chat, bool value, CommandId id = 1, std::int64_t hint_s = 0) {
    SetChat command;
    command.command = id;
    command.chat = chat;
    command.setting = setting;
    command.value = value;
    if (hint_s) command.last_message_hint = WallTime::from_seconds(hint_s);
    const auto taken = chats->execute(command, out, world.turn());
    REQUIRE(taken.ok());
    take();
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
