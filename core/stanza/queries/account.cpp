// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/account.h"

#include "base/limits.h"
#include "stanza/inbound/parts.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {

Node build_privacy_query() { return iq_of("privacy", "get", Node("privacy")); }

Node build_own_picture(ByteView jpeg) {
  Node picture("picture");
  picture.attr("type", "image").bytes(jpeg);
  return iq_of("w:profile:picture", "set", std::move(picture));
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

}  // namespace wa::stanza
