#include "stanza/queries/result.h"

#include "base/limits.h"
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

UserDevices parse_user_devices(const Node& node, const Jid& jid) {
  UserDevices user;
  user.user = jid.user_jid();
  if (const Node* lid = node.child_named("lid")) user.lid = lid->jid_attr("val");
  const Node* devices = node.child_named("devices");
  const Node* list = devices ? devices->child_named("device-list") : nullptr;
  const Node* error = devices ? devices->child_named("error") : node.child_named("error");
  if (error) user.error = static_cast<int>(number_or_zero(*error, "code"));
  if (!list) return user;
  for (const Node& device : list->children()) {
    const auto id = device.number_attr("id");
    if (device.tag != "device" || !id || *id > 0xFFFF) continue;
    if (user.devices.size() == limits::kDevicesPerUserMax) break;
    auto& entry = user.devices.emplace_back();
    entry.id = static_cast<std::uint16_t>(*id);
    entry.hosted = device.text_attr("is_hosted") == "true";
    const auto index = device.number_attr("key-index");
    if (index && *index <= 0xFFFFFFFFu) entry.key_index = static_cast<std::uint32_t>(*index);
  }
  return user;
}

CollectionAnswer parse_collection(const Node& node) {
  CollectionAnswer answer;
  answer.name = node.text_attr("name");
  answer.version = node.number_attr("version");
  answer.has_more = node.text_attr("has_more_patches") == "true";
  const Node* error = node.child_named("error");
  if (error) {
    answer.error = static_cast<int>(number_or_zero(*error, "code"));
    answer.error_text = error->text_attr("text");
  }
  if (answer.error == 0 && (error || node.text_attr("type") == "error"))
    answer.error = 500;  // refused, without saying why
  if (const Node* snapshot = node.child_named("snapshot"); snapshot && !snapshot->content_bytes().empty()) {
    answer.snapshot = to_bytes(snapshot->content_bytes());
  }
  const Node* patches = node.child_named("patches");
  if (!patches) return answer;
  for (const Node& patch : patches->children()) {
    if (patch.tag == "patch") answer.patches.push_back(to_bytes(patch.content_bytes()));
  }
  return answer;
}

}  // namespace

Result<std::vector<UserDevices>> parse_devices(const Node& iq) {
  const Node* usync = iq.child_named("usync");
  const Node* list = usync ? usync->child_named("list") : nullptr;
  if (!list) return {Errc::bad_input, "device answer without a list"};
  std::vector<UserDevices> users;
  for (const Node& user : list->children()) {
    const auto jid = user.jid_attr("jid");
    if (user.tag == "user" && jid) users.push_back(parse_user_devices(user, *jid));
  }
  return users;
}

Result<GroupInfo> parse_group(const Node& iq) {
  const Node* group = iq.child_named("group");
  if (!group) return {Errc::bad_input, "group answer without a group"};
  GroupInfo info;
  info.by_lid = group->text_attr("addressing_mode") == "lid";
  if (const Node* timer = group->child_named("ephemeral")) {
    info.timer_s = static_cast<std::uint32_t>(timer->number_attr("expiration").value_or(0));
  }
  for (const Node& node : group->children()) {
    const auto jid = node.tag == "participant" ? node.jid_attr("jid") : std::nullopt;
    if (!jid || !jid->is_user() || node.child_named("error")) continue;
    const bool is_lid = jid->server == wire::Server::lid;
    std::optional<Jid> other = node.jid_attr(is_lid ? "phone_number" : "lid");
    if (other && (!other->is_user() || other->user.empty())) other.reset();
    info.members.push_back({jid->user_jid(), std::move(other)});
  }
  if (info.members.empty()) return {Errc::bad_input, "group answer without members"};
  return info;
}

Result<MediaConn> parse_media_conn(const Node& iq) {
  const Node* node = iq.child_named("media_conn");
  if (!node) return {Errc::bad_input, "media answer without media_conn"};
  MediaConn conn;
  conn.auth = node->text_attr("auth");
  conn.ttl_s = number_or_zero(*node, "ttl");
  conn.auth_ttl_s = number_or_zero(*node, "auth_ttl");
  std::vector<std::string> fallbacks;
  for (const Node& host : node->children()) {
    if (host.tag != "host") continue;
    if (std::string name = host.text_attr("hostname"); !name.empty()) conn.hosts.push_back(std::move(name));
    if (std::string name = host.text_attr("fallback_hostname"); !name.empty()) fallbacks.push_back(std::move(name));
  }
  for (std::string& name : fallbacks) conn.hosts.push_back(std::move(name));
  return conn;
}

Result<std::vector<CollectionAnswer>> parse_app_state(const Node& iq) {
  const Node* sync = iq.child_named("sync");
  if (!sync) return {Errc::bad_input, "app-state answer without sync"};
  std::vector<CollectionAnswer> answers;
  for (const Node& collection : sync->children()) {
    if (collection.tag == "collection") answers.push_back(parse_collection(collection));
  }
  return answers;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_privacy(const Node& iq) {
  const Node* privacy = iq.child_named("privacy");
  if (!privacy) return {Errc::bad_input, "privacy answer without settings"};
  std::vector<std::pair<std::string, std::string>> out;
  for (const Node& category : privacy->children()) {
    if (category.tag != "category" || out.size() == limits::kPrivacyCategoriesMax) continue;
    if (std::string name = category.text_attr("name"); !name.empty()) {
      out.emplace_back(std::move(name), category.text_attr("value"));
    }
  }
  return out;
}

Result<std::string> parse_picture_id(const Node& iq) {
  const Node* picture = iq.child_named("picture");
  std::string id = picture ? picture->text_attr("id") : std::string();
  if (id.empty()) return {Errc::bad_input, "picture answer without an id"};
  return id;
}

Result<std::string> parse_link_code_ref(const Node& iq) {
  const Node* node = iq.child_named("link_code_companion_reg");
  const ByteView ref = node ? bytes_of_child(*node, "link_code_pairing_ref") : ByteView{};
  if (ref.empty()) return {Errc::bad_input, "pairing code answer without a ref"};
  return to_string(ref);
}

}  // namespace wa::stanza
