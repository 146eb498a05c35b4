// Contacts: what is known here, and what is asked of the service (api.md 3.3).
#include "base/encoding.h"
#include "base/limits.h"
#include "client/app_state/wanted_settings.h"
#include "client/rows/chat_lists.h"
#include "client/rows/lid_map.h"
#include "gateway/api/endpoint.h"
#include "gateway/http/pages.h"
#include "gateway/operations/contacts.h"
#include "gateway/operations/numbers.h"

namespace wa::gateway {
namespace {

struct CheckWait { std::vector<std::string> numbers; };
struct ResolveWait { std::vector<std::string> inputs; };
struct ProfileWait { std::string jid; };
struct PictureWait { std::string jid; bool preview = false; std::string existing_id; };
struct BlockWait { std::string jid; bool block = true; };

Reply people_problem(const WaitingCall& call, PeopleProblem problem, int upstream_code) {
  Failure out = not_found();
  switch (problem) {
    case PeopleProblem::unanswered: out = upstream_timeout("the service did not answer in time"); break;
    case PeopleProblem::refused: out = upstream_rejected("the service refused the question", upstream_code); break;
    case PeopleProblem::hidden: out.text = "the picture is hidden from this account"; break;
    case PeopleProblem::none_there: out.text = "there is no picture"; break;
  }
  return fail(call, out);
}

// The other event of a question about people; nullopt when it is not that.
Answer people_failed(const WaitingCall& call, const client::Event& event) {
  const auto* failed = std::get_if<client::PeopleFailed>(&event);
  if (!failed) return std::nullopt;
  return people_problem(call, problem_of(*failed), failed->upstream_code);
}

// `jid` or `number` from the body, else from the query (api.md 3.3).
std::optional<wire::Jid> target_of(const DeviceCall& call, Fields& fields) {
  const bool jid = fields.has("jid"), number = fields.has("number");
  if (jid || number) return fields.user(jid ? "jid" : "number");
  Json query = Json::object();
  for (const char* name : {"jid", "number"}) {
    if (const std::string* text = call.target.find(name)) query[name] = *text;
  }
  Fields in_query(GivenBody{query, call.given.numbers, nullptr});
  std::optional<wire::Jid> out;
  for (const char* name : {"jid", "number"}) {
    if (in_query.has(name) && !out) out = in_query.user(name);
  }
  if (!out) in_query.missing("jid");
  fields.take(in_query, "");
  return out;
}

Answer change_block(DeviceCall& call, bool block) {
  Fields fields(call.given);
  const auto who = target_of(call, fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, client::ChangeBlock{0, *who, block}, BlockWait{who->text(), block});
}

Json resolved(const std::string& input, const Device& device, const client::Turn& turn) {
  const wire::Jid jid = *parse_chat(input);
  std::optional<wire::Jid> account;
  if (jid.server == wire::Server::pn) account = known_account(turn.txn, jid, device.client.status(), turn.now.wall);
  const ResolvedContact contact = resolve_contact(account.value_or(jid), turn.txn);
  Json out = object({{"input", input}, {"input_jid", jid.text()}, {"resolved_jid", contact.lid.text()},
                     {"jid", contact.pn.text()}, {"phone_number", phone_of(contact.pn)}});
  if (contact.lid.server == wire::Server::lid) put(out, {"lid_jid", contact.lid.text()});
  if (!contact.full_name.empty()) put(out, {"full_name", contact.full_name});
  if (!contact.push_name.empty()) put(out, {"push_name", contact.push_name});
  return out;
}

Json resolve_body(const std::vector<std::string>& inputs, const Device& device, const client::Turn& turn) {
  Json items = Json::array();
  for (const std::string& input : inputs) items.push_back(resolved(input, device, turn));
  const std::size_t count = items.size();
  return object({{"count", count}, {"items", std::move(items)}});
}

Answer list_contacts(DeviceCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::contacts, is_jid_key, asked)) return fail(call, *failed);
  ListText list;
  const auto tell = [&](const client::ContactSummary& contact) {
    ObjectText out = list.add();
    out.text("jid", contact.jid.text());
    if (!contact.row.first_name.empty()) out.text("first_name", contact.row.first_name);
    out.text("full_name", contact.row.full_name).text("push_name", contact.row.push_name).close();
  };
  const auto page = client::list_contacts(call.turn.txn, asked.after, asked.limit, tell);
  std::string body;
  ObjectText answer = begin_success(body);
  const std::size_t count = list.count();
  answer.number("count", count).json("contacts", std::move(list).finish());
  put_next(answer, asked, page.more, page.last);
  answer.close();
  return build_written(call.request.request, std::move(body));
}

Answer resolve_contacts(DeviceCall& call) {
  Fields fields(call.given);
  const std::vector<std::string> inputs = fields.numbers("jids", true, limits::kUsersPerQueryMax);
  if (fields.has("group_jid")) (void)fields.chat("group_jid");
  std::vector<wire::Jid> people;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto jid = parse_chat(inputs[i]);
    if (!jid || !jid->is_user()) fields.bad_jid(place_in("jids", i), inputs[i]);
    else people.push_back(*jid);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  std::vector<std::string> unknown = numbers_to_ask(people, call.device.client, call.turn.txn);
  if (unknown.empty()) return succeed(call, resolve_body(inputs, call.device, call.turn));
  return begin(call, client::AskNumbers{0, std::move(unknown)}, ResolveWait{inputs});
}

Answer finish_resolve(WaitingCall& call, const client::Event& event) {
  if (!std::get_if<client::UsersFound>(&event)) return people_failed(call, event);
  return succeed(call, resolve_body(context_of<ResolveWait>(call.waiter).inputs, call.device, call.turn));
}

Answer check_contacts(DeviceCall& call) {
  Fields fields(call.given);
  const std::vector<std::string> given = fields.numbers("numbers", true, limits::kUsersPerQueryMax);
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto jid = parse_chat(given[i]);
    const Json echo = given[i];
    if (jid && jid->server == wire::Server::pn) numbers.push_back(jid->user);
    else fields.bad(place_in("numbers", i), "must be a phone number with country code", &echo);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const std::vector<std::string> list = each_once(std::move(numbers));
  return begin(call, client::AskNumbers{0, list}, CheckWait{list});
}

Answer finish_check(WaitingCall& call, const client::Event& event) {
  const auto* found = std::get_if<client::UsersFound>(&event);
  if (!found) return people_failed(call, event);
  Json data = Json::object();
  for (const std::string& number : context_of<CheckWait>(call.waiter).numbers) {
    data[number] = has_account(number, *found);
  }
  return succeed(call, object({{"data", std::move(data)}}));
}

Answer show_profile(DeviceCall& call) {
  Fields fields(call.given);
  const auto who = target_of(call, fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, client::AskProfile{0, *who}, ProfileWait{who->text()});
}

Answer finish_profile(WaitingCall& call, const client::Event& event) {
  const auto* found = std::get_if<client::UsersFound>(&event);
  if (!found) return people_failed(call, event);
  const client::UserFound* profile = found_profile(*found);
  if (!profile) {
    Failure failed = not_found();
    failed.text = "this number has no account";
    return fail(call, failed);
  }
  const client::UserFound& user = *profile;
  Json devices = Json::array();
  for (const wire::Jid& device : user.devices) devices.push_back(device.text());
  Json info = object({{"Status", user.about}, {"PictureID", user.picture_id}, {"Devices", std::move(devices)}});
  put(info, {"VerifiedName", user.verified_name.empty() ? Json(nullptr) : Json(user.verified_name)});
  const std::string jid = user.jid ? user.jid->text() : context_of<ProfileWait>(call.waiter).jid;
  return succeed(call, object({{"data", object({{"jid", jid}, {"user_info", std::move(info)},
                                                {"business_profile", nullptr}})}}));
}

Answer show_profile_picture(DeviceCall& call) {
  Fields fields(call.given);
  const auto who = target_of(call, fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const std::string* id = call.target.find("existing_id");
  client::AskPicture ask = picture_question(*who, call.target.flag("preview"), id ? *id : std::string_view());
  PictureWait wait{who->text(), ask.preview, ask.existing_id};
  return begin(call, std::move(ask), std::move(wait));
}

Answer finish_picture_of(WaitingCall& call, const client::Event& event) {
  if (const auto* failed = std::get_if<client::PeopleFailed>(&event)) {
    return people_problem(call, picture_problem_of(*failed), failed->upstream_code);
  }
  const auto* picture = std::get_if<client::PictureFound>(&event);
  if (!picture) return std::nullopt;
  const auto& wait = context_of<PictureWait>(call.waiter);
  Json data = object({{"jid", wait.jid}});
  if (picture->unchanged) {
    data.update(object({{"url", nullptr}, {"id", wait.existing_id}, {"type", wait.preview ? "preview" : "image"},
                        {"direct_path", nullptr}, {"unchanged", true}}));
  } else {
    data.update(object({{"url", picture->url}, {"id", picture->id}, {"type", picture->type},
                        {"direct_path", picture->direct_path}}));
  }
  return succeed(call, object({{"data", std::move(data)}}));
}

Answer block_contact(DeviceCall& call) { return change_block(call, true); }
Answer unblock_contact(DeviceCall& call) { return change_block(call, false); }
Answer show_blocklist(DeviceCall& call) { return begin(call, client::AskBlocklist{}); }

Answer finish_block(WaitingCall& call, const client::Event& event) {
  const auto* list = std::get_if<client::BlocklistFound>(&event);
  if (!list) return people_failed(call, event);
  const auto& wait = context_of<BlockWait>(call.waiter);
  const wire::Jid jid = client::pn_or_same(call.turn.txn, *wire::parse_jid(wait.jid));
  return succeed(call, object({{"data", object({{"jid", jid.text()}, {"phone_number", phone_of(jid)},
                                                {"action", wait.block ? "block" : "unblock"}, {"blocked", wait.block},
                                                {"count", list->blocked.size()}, {"dhash", list->dhash}})}}));
}

Answer finish_blocklist(WaitingCall& call, const client::Event& event) {
  const auto* list = std::get_if<client::BlocklistFound>(&event);
  if (!list) return people_failed(call, event);
  Json items = Json::array();
  for (const wire::Jid& jid : list->blocked) {
    items.push_back(object({{"jid", jid.text()}, {"phone_number", phone_of(jid)}}));
  }
  return succeed(call, object({{"data", object({{"items", std::move(items)}, {"count", list->blocked.size()},
                                                {"dhash", list->dhash}})}}));
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

constexpr Endpoint asking(const char* method, const char* pattern, BodyRule body, StartFunction start,
                          FinishFunction finish) {
  return {.method = method, .pattern = pattern, .body = body, .start = start, .finish = finish, .timeout_ms = 15'000};
}

}  // namespace

Endpoints contact_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/appstate", .start = show_app_state},
      asking("POST", "/contacts/block", BodyRule::optional, block_contact, finish_block),
      asking("POST", "/contacts/unblock", BodyRule::optional, unblock_contact, finish_block),
      asking("POST", "/contact/check", BodyRule::required, check_contacts, finish_check),
      asking("GET", "/contacts/blocklist", BodyRule::none, show_blocklist, finish_blocklist),
      asking("GET", "/contacts/profile", BodyRule::none, show_profile, finish_profile),
      asking("GET", "/contacts/profile-picture", BodyRule::none, show_profile_picture, finish_picture_of),
      {.method = "GET", .pattern = "/contacts", .start = list_contacts},
      asking("POST", "/contacts/resolve", BodyRule::required, resolve_contacts, finish_resolve),
  };
  return kAll;
}

}  // namespace wa::gateway
