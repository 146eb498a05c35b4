#include "stanza/queries/people.h"

#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

Node query(std::string_view xmlns, std::string_view type) {
  Node iq("iq");
  iq.attr("to", wire::server_jid()).attr("type", type).attr("xmlns", xmlns);
  return iq;
}

Node usync(std::string_view mode, std::string_view context, std::string_view sid, Node what, Node list) {
  Node node("usync");
  node.attr("sid", sid).attr("mode", mode).attr("last", "true").attr("index", "0").attr("context", context);
  node.child(std::move(what)).child(std::move(list));
  Node iq = query("usync", "get");
  iq.child(std::move(node));
  return iq;
}

Node business_question() { return std::move(Node("business").child(Node("verified_name"))); }

std::string digits_of(ByteView text) {
  std::string out;
  for (const std::uint8_t byte : text) {
    if (byte >= '0' && byte <= '9') out.push_back(static_cast<char>(byte));
  }
  return out;
}

// A part that could not be told has an <error> inside.
const Node* part(const Node& user, std::string_view name) {
  const Node* node = user.child_named(name);
  return node && !node->child_named("error") ? node : nullptr;
}

UserFacts parse_user(const Node& user) {
  UserFacts facts;
  facts.jid = user.jid_attr("jid");
  if (facts.jid) facts.jid = facts.jid->user_jid();
  if (const Node* contact = part(user, "contact")) {
    facts.number = digits_of(contact->content_bytes());
    facts.exists = contact->text_attr("type") == "in";
  } else if (!user.child_named("contact")) {
    facts.exists = facts.jid.has_value();
  }
  if (const Node* lid = part(user, "lid")) facts.lid = lid->jid_attr("val");
  if (const Node* status = part(user, "status")) facts.about = to_string(status->content_bytes());
  if (const Node* picture = part(user, "picture")) facts.picture_id = picture->text_attr("id");
  if (const Node* business = part(user, "business")) {
    const Node* name = business->child_named("verified_name");
    if (name) facts.verified_name_certificate = to_bytes(name->content_bytes());
  }
  const Node* devices = part(user, "devices");
  const Node* list = devices ? devices->child_named("device-list") : nullptr;
  for (const Node& device : list ? list->children() : Node::Children()) {
    const auto id = device.number_attr("id");
    if (device.tag != "device" || !id || *id > 0xffff || !facts.jid) continue;
    Jid jid = *facts.jid;
    jid.device = static_cast<std::uint16_t>(*id);
    facts.devices.push_back(std::move(jid));
  }
  return facts;
}

}  // namespace

Node build_contact_query(std::span<const std::string> numbers, std::string_view sid) {
  Node list("list");
  for (const std::string& number : numbers) {
    const std::string text = "+" + number;
    list.child(std::move(Node("user").child(std::move(Node("contact").bytes(view(text))))));
  }
  Node what("query");
  what.child(business_question()).child(Node("contact")).child(Node("lid"));
  return usync("query", "interactive", sid, std::move(what), std::move(list));
}

Node build_profile_query(const Jid& user, std::string_view sid, ByteView tc_token) {
  Node what("query");
  what.child(business_question()).child(Node("status")).child(Node("picture"));
  what.child(std::move(Node("devices").attr("version", "2"))).child(Node("lid"));
  Node list("list");
  Node about("user");
  about.attr("jid", user.user_jid());
  if (!tc_token.empty()) about.child(std::move(Node("tctoken").bytes(tc_token)));
  list.child(std::move(about));
  return usync("full", "background", sid, std::move(what), std::move(list));
}

Result<std::vector<UserFacts>> parse_users(const Node& iq) {
  const Node* node = iq.child_named("usync");
  const Node* list = node ? node->child_named("list") : nullptr;
  if (!list) return {Errc::bad_input, "users answer without a list"};
  std::vector<UserFacts> users;
  for (const Node& user : list->children()) {
    if (user.tag == "user") users.push_back(parse_user(user));
  }
  return users;
}

Node build_picture_query(const Jid& user, bool preview, std::string_view existing_id, ByteView tc_token) {
  Node picture("picture");
  picture.attr("query", "url").attr("type", preview ? "preview" : "image");
  if (!existing_id.empty()) picture.attr("id", existing_id);
  if (!tc_token.empty()) picture.child(std::move(Node("tctoken").bytes(tc_token)));
  Node iq = query("w:profile:picture", "get");
  iq.attr("target", user.user_jid()).child(std::move(picture));
  return iq;
}

Result<PictureFacts> parse_picture(const Node& iq) {
  PictureFacts facts;
  const Node* picture = iq.child_named("picture");
  if (!picture || picture->text_attr("status") == "304") {
    facts.unchanged = true;
    return facts;
  }
  facts.id = picture->text_attr("id");
  facts.url = picture->text_attr("url");
  facts.type = picture->text_attr("type");
  facts.direct_path = picture->text_attr("direct_path");
  if (facts.id.empty() || facts.url.empty()) return {Errc::bad_input, "picture answer without id or url"};
  return facts;
}

Node build_blocklist_query() { return query("blocklist", "get"); }

Node build_block(const Jid& user, const std::optional<Jid>& pn, bool block) {
  Node item("item");
  item.attr("action", block ? "block" : "unblock").attr("jid", user.user_jid());
  if (pn && block) item.attr("pn_jid", pn->user_jid());
  Node iq = query("blocklist", "set");
  iq.child(std::move(item));
  return iq;
}

Result<BlocklistFacts> parse_blocklist(const Node& iq) {
  BlocklistFacts facts;
  const Node* list = iq.child_named("list");
  if (!list) return facts;  // nobody is blocked
  facts.dhash = list->text_attr("dhash");
  for (const Node& item : list->children()) {
    const auto jid = item.jid_attr("jid");
    if (item.tag == "item" && jid) facts.items.push_back({jid->user_jid(), item.jid_attr("pn_jid")});
  }
  return facts;
}

}  // namespace wa::stanza
