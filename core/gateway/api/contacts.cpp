// Contacts: what is known here, and what is asked of the service (api.md 3.3).

#include <set>

#include "base/encoding.h"
#include "base/limits.h"
#include "client/rows/chat_lists.h"
#include "client/app_state/wanted_settings.h"
#include "client/rows/lid_map.h"
#include "gateway/api/functions.h"
#include "gateway/http/pages.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kAnswerMs = 15'000;

std::string digits(const wire::Jid& jid) { return jid.server == wire::Server::pn ? jid.user : std::string(); }

Reply failed_reply(RequestId request, const client::PeopleFailed& failed, WallTime now) {
  if (failed.upstream_code < 0) return build_failure(request, upstream_timeout("the service did not answer in time"), now);
  return build_failure(request, upstream_rejected("the service refused the question", failed.upstream_code), now);
}

// `jid` or `number` from the body, else from the query (api.md 3.3).
std::optional<wire::Jid> target_of(const DeviceCall& call, Fields& fields) {
  for (const char* name : {"jid", "number"}) {
    if (fields.has(name)) return fields.user(name);
  }
  Json query = Json::object();
  for (const char* name : {"jid", "number"}) {
    if (const std::string* text = call.target.find(name)) query[name] = *text;
  }
  Fields in_query(query);
  std::optional<wire::Jid> out;
  for (const char* name : {"jid", "number"}) {
    if (!out && in_query.has(name)) out = in_query.user(name);
  }
  if (!out) in_query.missing("jid");
  fields.take(in_query, "");
  return out;
}

Answer change_block(DeviceCall& call, bool block) {
  Fields fields(call.body);
  const auto who = target_of(call, fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, client::ChangeBlock{0, *who, block}, BlockWait{who->text(), block}, kAnswerMs);
}

Json resolved(const std::string& input, const store::Txn& txn) {
  const wire::Jid jid = *parse_chat(input);
  const wire::Jid pn = client::pn_or_same(txn, jid);
  const wire::Jid lid = client::lid_or_same(txn, jid);
  Json out = object({{"input", input}, {"input_jid", jid.text()}, {"resolved_jid", lid.text()}, {"jid", pn.text()},
                     {"phone_number", digits(pn)}});
  if (lid.server == wire::Server::lid) put(out, {"lid_jid", lid.text()});
  auto contact = client::load_contact(txn, pn);
  if (!contact) contact = client::load_contact(txn, lid);
  if (contact && !contact->full_name.empty()) put(out, {"full_name", contact->full_name});
  if (contact && !contact->push_name.empty()) put(out, {"push_name", contact->push_name});
  return out;
}

Reply resolve_reply(RequestId request, const std::vector<std::string>& inputs, const store::Txn& txn) {
  Json items = Json::array();
  for (const std::string& input : inputs) items.push_back(resolved(input, txn));
  const std::size_t count = items.size();
  return build_success(request, object({{"count", count}, {"items", std::move(items)}}));
}

Reply check_reply(RequestId request, const std::vector<std::string>& numbers, const client::UsersFound& found) {
  Json data = Json::object();
  for (const std::string& number : numbers) data[number] = false;
  for (const client::UserFound& user : found.users) {
    const std::string number = !user.number.empty() ? user.number : user.jid ? digits(*user.jid) : std::string();
    if (data.contains(number)) data[number] = user.exists;
  }
  return build_success(request, object({{"data", std::move(data)}}));
}

Reply profile_reply(RequestId request, const std::string& asked, const client::UsersFound& found, WallTime now) {
  if (found.users.empty() || !found.users.front().exists) {
    Failure failed = not_found();
    failed.text = "this number has no account";
    return build_failure(request, failed, now);
  }
  const client::UserFound& user = found.users.front();
  Json devices = Json::array();
  for (const wire::Jid& device : user.devices) devices.push_back(device.text());
  Json info = object({{"Status", user.about}, {"PictureID", user.picture_id}, {"Devices", std::move(devices)}});
  put(info, {"VerifiedName", user.verified_name.empty() ? Json(nullptr) : Json(user.verified_name)});
  const std::string jid = user.jid ? user.jid->text() : asked;
  return build_success(request, object({{"data", object({{"jid", jid}, {"user_info", std::move(info)},
                                                         {"business_profile", nullptr}})}}));
}

}  // namespace

Answer list_contacts(DeviceCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::contacts, is_jid_key, asked)) return fail(call, *failed);
  ListText list;
  const auto page = client::list_contacts(call.turn.txn, asked.after, asked.limit, [&](const client::ContactSummary& contact) {
    ObjectText out = list.add();
    out.text("jid", contact.jid.text());
    if (!contact.row.first_name.empty()) out.text("first_name", contact.row.first_name);
    out.text("full_name", contact.row.full_name).text("push_name", contact.row.push_name).close();
  });
  std::string body;
  ObjectText answer = begin_success(body);
  const std::size_t count = list.count();
  answer.number("count", count).json("contacts", std::move(list).finish());
  put_next(answer, asked, page.more, page.last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

// Only numbers whose LID is not known are asked of the service; offline, the answer is what is known here.
Answer resolve_contacts(DeviceCall& call) {
  Fields fields(call.body);
  const std::vector<std::string> inputs = fields.texts("jids", true, limits::kUsersPerQueryMax);
  if (fields.has("group_jid")) (void)fields.chat("group_jid");
  std::vector<std::string> unknown;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto jid = parse_chat(inputs[i]);
    if (!jid || !jid->is_user()) fields.bad_jid(place_in("jids", i), inputs[i]);
    else if (jid->server == wire::Server::pn && !client::lid_of(call.turn.txn, *jid)) unknown.push_back(jid->user);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (unknown.empty() || !is_online(call)) return resolve_reply(call.request.request, inputs, call.turn.txn);
  return begin(call, client::AskNumbers{0, std::move(unknown)}, ResolveWait{inputs}, kAnswerMs);
}

Answer check_contacts(DeviceCall& call) {
  Fields fields(call.body);
  const std::vector<std::string> given = fields.texts("numbers", true, limits::kUsersPerQueryMax);
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto jid = parse_chat(given[i]);
    const Json echo = given[i];
    if (jid && jid->server == wire::Server::pn) numbers.insert(jid->user);
    else fields.bad(place_in("numbers", i), "must be a phone number with country code", &echo);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const std::vector<std::string> list(numbers.begin(), numbers.end());
  return begin(call, client::AskNumbers{0, list}, CheckWait{list}, kAnswerMs);
}

Answer show_profile(DeviceCall& call) {
  Fields fields(call.body);
  const auto who = target_of(call, fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, client::AskProfile{0, *who}, ProfileWait{who->text()}, kAnswerMs);
}

Answer show_profile_picture(DeviceCall& call) {
  Fields fields(call.body);
  const auto who = target_of(call, fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  client::AskPicture ask{0, *who, call.target.flag("preview"), {}};
  if (const std::string* id = call.target.find("existing_id")) ask.existing_id = id->substr(0, 64);
  PictureWait wait{who->text(), ask.preview, ask.existing_id};
  return begin(call, std::move(ask), std::move(wait), kAnswerMs);
}

Answer block_contact(DeviceCall& call) { return change_block(call, true); }
Answer unblock_contact(DeviceCall& call) { return change_block(call, false); }
Answer show_blocklist(DeviceCall& call) { return begin(call, client::AskBlocklist{}, BlocklistWait{}, kAnswerMs); }

void answer_people(const client::Event& event, Device& device, client::Turn& turn) {
  const WallTime now = turn.now.wall;
  if (const auto* users = std::get_if<client::UsersFound>(&event)) {
    const auto waiter = device.waiting.take(users->command);
    if (!waiter) return;
    if (const auto* check = std::get_if<CheckWait>(&waiter->what)) {
      turn.effect(check_reply(waiter->request, check->numbers, *users));
    } else if (const auto* resolve = std::get_if<ResolveWait>(&waiter->what)) {
      turn.effect(resolve_reply(waiter->request, resolve->inputs, turn.txn));
    } else if (const auto* profile = std::get_if<ProfileWait>(&waiter->what)) {
      turn.effect(profile_reply(waiter->request, profile->jid, *users, now));
    }
  } else if (const auto* picture = std::get_if<client::PictureFound>(&event)) {
    const auto waiter = device.waiting.take(picture->command);
    const auto* wait = waiter ? std::get_if<PictureWait>(&waiter->what) : nullptr;
    if (!wait) return;
    Json data = object({{"jid", wait->jid}});
    if (picture->unchanged) {
      data.update(object({{"url", nullptr}, {"id", wait->existing_id}, {"type", wait->preview ? "preview" : "image"},
                          {"direct_path", nullptr}, {"unchanged", true}}));
    } else {
      data.update(object({{"url", picture->url}, {"id", picture->id}, {"type", picture->type},
                          {"direct_path", picture->direct_path}}));
    }
    turn.effect(build_success(waiter->request, object({{"data", std::move(data)}})));
  } else if (const auto* list = std::get_if<client::BlocklistFound>(&event)) {
    const auto waiter = device.waiting.take(list->command);
    if (!waiter) return;
    if (const auto* block = std::get_if<BlockWait>(&waiter->what)) {
      const wire::Jid jid = client::pn_or_same(turn.txn, *wire::parse_jid(block->jid));
      turn.effect(build_success(waiter->request,
                                object({{"data", object({{"jid", jid.text()}, {"phone_number", digits(jid)},
                                                         {"action", block->block ? "block" : "unblock"},
                                                         {"blocked", block->block},
                                                         {"count", list->blocked.size()}, {"dhash", list->dhash}})}})));
      return;
    }
    Json items = Json::array();
    for (const wire::Jid& jid : list->blocked) items.push_back(object({{"jid", jid.text()}, {"phone_number", digits(jid)}}));
    turn.effect(build_success(waiter->request, object({{"data", object({{"items", std::move(items)},
                                                                        {"count", list->blocked.size()},
                                                                        {"dhash", list->dhash}})}})));
  } else if (const auto* failed = std::get_if<client::PeopleFailed>(&event)) {
    const auto waiter = device.waiting.take(failed->command);
    if (!waiter) return;
    if (std::holds_alternative<PictureWait>(waiter->what) && (failed->upstream_code == 401 || failed->upstream_code == 404)) {
      Failure none = not_found();
      none.text = failed->upstream_code == 401 ? "the picture is hidden from this account" : "there is no picture";
      turn.effect(build_failure(waiter->request, none, now));
      return;
    }
    turn.effect(failed_reply(waiter->request, *failed, now));
  }
}

// Health of the app state (ours): what an operator looks at before the phone says that devices were unlinked.
Answer show_app_state(DeviceCall& call) {
  Json list = Json::array();
  for (const client::CollectionHealth& health : client::app_state_health(call.turn.txn)) {
    Json item = object({{"name", health.name}, {"version", health.version}, {"state", health.state}});
    if (*health.last_error != '\0') put(item, {"last_error", health.last_error});
    put(item, {"pending", health.pending});
    list.push_back(std::move(item));
  }
  return succeed(call, object({{"collections", std::move(list)}}));
}

}  // namespace wa::gateway
