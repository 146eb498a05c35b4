// The checkers (style.md 9): what must hold at the end of every run, crashed or not.
#include <nlohmann/json.hpp>

#include "appstate/collection.h"
#include "sim/play.h"

namespace wa::sim {
namespace {

using nlohmann::json;

struct Hook {
  std::string id, event;
  json data;
  int status = 0;
  MonoTime at;
};

struct Checker {
  Play& play;
  std::vector<std::string> out;
  std::vector<Hook> hooks;

  void demand(bool condition, std::string what) {
    if (!condition) out.push_back(std::move(what));
  }

  std::string text(const Hook& hook, const char* key) const {
    auto found = hook.data.find(key);
    return found != hook.data.end() && found->is_string() ? found->get<std::string>() : std::string();
  }

  // What happened, independent of the id of its webhook.
  std::string subject(const Hook& hook) const {
    std::string base = hook.event + " " + text(hook, "message_id") + text(hook, "call_id");
    if (hook.event == "call.auto_reply") base += text(hook, "outcome");
    return base;
  }

  void read_hooks() {
    std::vector<Delivery> deliveries = play.forged;
    deliveries.insert(deliveries.end(), play.world.deliveries().begin(), play.world.deliveries().end());
    for (const Delivery& delivery : deliveries) {
      json body = json::parse(delivery.body, nullptr, false);
      if (body.is_discarded() || !body.contains("data")) {
        out.push_back("webhook body is not an envelope");
        continue;
      }
      hooks.push_back({delivery.id, delivery.event, body["data"], delivery.status, delivery.at});
    }
  }

  bool arrived(const std::string& event, const char* key, const std::string& value) const {
    for (const Hook& hook : hooks) {
      if (hook.event == event && hook.status == 200 && text(hook, key) == value) return true;
    }
    return false;
  }

  void webhooks() {
    for (const Play::Text& expected : play.texts) {
      demand(arrived("message.received", "message_id", expected.id), "webhook lost: message.received of text " + std::to_string(expected.number));
    }
    for (const Play::Call& call : play.calls) {
      demand(arrived("call.offer", "call_id", call.id), "webhook lost: call.offer");
    }
    std::map<std::string, std::string> id_of, subject_of;
    for (const Hook& hook : hooks) {
      if (!hook.data.contains("message_id") && !hook.data.contains("call_id")) continue;
      if (hook.event == "message.delivered" || hook.event == "message.read" || hook.event == "call.terminate" ||
          hook.event == "call.reject" || hook.event == "message.undecryptable" || hook.event == "media.retry")
        continue;   // may repeat by nature
      auto [id, fresh] = id_of.emplace(subject(hook), hook.id);
      demand(fresh || id->second == hook.id, "one event, two webhook ids: " + hook.event);
      auto [about, fresh_id] = subject_of.emplace(hook.id, subject(hook));
      demand(fresh_id || about->second == subject(hook), "one webhook id, two events: " + hook.event);
    }
  }

  void order() {
    std::map<std::string, int> last;    // chat -> number of the last accepted text
    std::set<std::string> accepted;
    for (const Hook& hook : hooks) {
      if (hook.event != "message.received" || hook.status != 200 || !accepted.insert(hook.id).second) continue;
      for (const Play::Text& expected : play.texts) {
        if (expected.id != text(hook, "message_id")) continue;
        demand(last[expected.chat] < expected.number, "webhooks of one chat out of order");
        last[expected.chat] = expected.number;
      }
    }
  }

  // A message is sent before it is delivered or read, whatever comes first on the wire.
  void sent_first() {
    std::set<std::string> ours, told;
    for (const Hook& hook : hooks) {
      if (hook.event == "message.sent" && hook.status == 200) ours.insert(text(hook, "message_id"));
    }
    for (const Hook& hook : hooks) {
      if (hook.status != 200) continue;
      if (hook.event == "message.sent") told.insert(text(hook, "message_id"));
      if (hook.event != "message.delivered" && hook.event != "message.read") continue;
      for (const json& id : hook.data.value("message_ids", json::array())) {
        const std::string name = id.is_string() ? id.get<std::string>() : std::string();
        demand(ours.count(name) == 0 || told.count(name) == 1, hook.event + " before message.sent");
      }
    }
  }

  void replies() {
    for (const auto& [id, call] : play.world.calls()) {
      demand(call.replies.size() <= 1, "two replies to one request: " + call.method + " " + call.target);
      demand(call.lost || !call.replies.empty(), "no reply to a request: " + call.method + " " + call.target);
    }
  }

  void auto_replies() {
    std::map<std::string, MonoTime> last;
    std::size_t rejects = 0;
    for (const Observation& seen : play.network().log()) {
      if (const auto* reject = std::get_if<RejectSeen>(&seen.fact); reject && !reject->caller.empty()) ++rejects;
      const auto* said = std::get_if<TextDecrypted>(&seen.fact);
      if (!said || said->text != kReply || said->own_copy || said->repeated || said->device != 0) continue;
      demand(play.replies_allowed, "automatic reply although it is off");
      auto before = last.find(said->at);
      demand(before == last.end() || seen.at - before->second >= kCooldownMs - 10'000, "second automatic reply within the cooldown");
      last[said->at] = seen.at;
    }
    demand(rejects == 0 || play.rejects_allowed, "reject although it is off");
    demand(last.empty() || rejects > 0, "automatic reply without a reject");
  }

  void texts_sent() {
    std::map<std::string, std::set<std::string>> ids;
    for (const Observation& seen : play.network().log()) {
      const auto* said = std::get_if<TextDecrypted>(&seen.fact);
      if (said && !said->own_copy) ids[said->text].insert(said->id);
    }
    for (const std::string& wanted : play.sent_texts) demand(!ids[wanted].empty(), "text never arrived: " + wanted);
  }

  // A file arrives under one message, with its bytes, if its job says that it was sent; else never. The host holds
  // none in the end.
  void files() {
    if (play.world.files().most() == 0) return;
    std::map<std::string, std::set<std::string>> opened;   // message id -> hashes
    std::map<std::string, int> first;                      // at the phone of the receiver, not as a copy
    for (const Observation& seen : play.network().log()) {
      const auto* file = std::get_if<FileOpened>(&seen.fact);
      if (!file || file->own_copy || file->from != play.world.pn()) continue;
      opened[file->id].insert(file->sha256);
      if (file->device == 0 && !file->repeated) ++first[file->id];
    }
    for (const auto& [id, hashes] : opened) demand(hashes.size() == 1, "two files under one message");
    for (const auto& [id, times] : first) demand(times == 1, "a file arrived twice");
    for (const Play::File& file : play.files) {
      demand(file.sent != file.failed, "a job did not end: " + file.job);
      const auto found = opened.find(file.message_id);
      if (file.failed) demand(found == opened.end(), "a failed job sent its file");
      if (file.sent)
        demand(found != opened.end() && *found->second.begin() == file.sha256, "a file is not what was sent");
    }
    play.world.run_for(30'000);
    demand(play.world.files().count() == 0,
           "files are left at the host: " + std::to_string(play.world.files().count()));
    demand(play.world.rows(store::Table::file_jobs, "o") == 0, "jobs not drained");
  }

  void archives() {
    if (play.archives.empty()) return;
    const auto reply = play.world.call("GET", "/chats");
    const json body = reply ? json::parse(reply->body, nullptr, false) : json();
    for (const auto& [chat, archived] : play.archives) {
      std::optional<bool> on_phone = play.network().archived(play.world.pn(), chat);
      demand(on_phone.value_or(false) == archived, "archive intent not finished at the service: " + chat);
      bool local = false;
      if (body.is_object() && body.contains("chats") && body["chats"].is_array()) {
        for (const json& entry : body["chats"]) {
          if (entry.value("jid", entry.value("chat_jid", std::string())) == chat) local = entry.value("archived", false);
        }
      }
      demand(local == archived, "local archive state differs: " + chat + " " + (reply ? reply->body.substr(0, 400) : std::string()));
    }
  }

  // Where the local version is the service's, so must the hash be.
  void collections() {
    const store::Txn txn(play.world.disk());
    for (int i = 0; i < appstate::kCollectionCount; ++i) {
      const auto which = static_cast<appstate::Collection>(i);
      const appstate::CollectionState local = appstate::load_collection(txn, which);
      const SimNetwork::CollectionState remote = play.network().collection(play.world.pn(), appstate::collection_name(which));
      const std::string name(appstate::collection_name(which));
      demand(local.version <= remote.version, "collection is ahead of the service: " + name);
      if (!local.bootstrapped || local.version != remote.version) continue;
      demand(local.hash.lanes == remote.hash, "collection differs from the service: " + name);
    }
  }

  void drained() {
    World& world = play.world;
    demand(!world.spinning(), "the gateway wants to be woken again and again");
    if (play.removed) return;
    demand(play.network().waiting(world.pn()) == 0, "stanzas left unacknowledged");
    demand(world.rows(store::Table::outbox) == 0, "outbox not drained");
    demand(world.intents_waiting() == 0, "intents not drained");
    demand(world.webhooks_waiting() == 0, "webhooks not drained");
  }
};

}  // namespace

std::vector<std::string> check(Play& play) {
  Checker checker{play, {}, {}};
  checker.read_hooks();
  checker.webhooks();
  checker.order();
  checker.sent_first();
  checker.replies();
  checker.auto_replies();
  checker.texts_sent();
  checker.files();
  checker.archives();
  if (!play.removed) checker.collections();
  checker.drained();
  for (const std::string& violation : play.network().violations()) checker.out.push_back("protocol: " + violation);
  for (const std::string& failure : play.failures) checker.out.push_back("script: " + failure);
  return std::move(checker.out);
}

}  // namespace wa::sim
