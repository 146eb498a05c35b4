#include "abi/sim_abi.h"
#include "base/encoding.h"
#include "wire/node.h"

namespace wa::wasm {
namespace {

using gateway::Json;

Json tree(const wire::Node& node) {
  Json out;
  out["tag"] = node.tag;
  Json& attrs = out["attrs"] = Json::array();
  for (const auto& attr : node.attrs) {
    const auto* jid = std::get_if<wire::Jid>(&attr.second);
    const auto* text = std::get_if<std::string>(&attr.second);
    attrs.push_back(Json::array({attr.first, jid ? jid->text() : *text, jid ? "jid" : "text"}));
  }
  if (const auto* bytes = std::get_if<Bytes>(&node.content)) out["bytes"] = hex(*bytes);
  if (const auto* text = std::get_if<std::string>(&node.content)) out["text"] = *text;
  if (const auto* children = std::get_if<wire::Node::Children>(&node.content)) {
    Json& list = out["children"] = Json::array();
    for (const wire::Node& child : *children) list.push_back(tree(child));
  }
  return out;
}

}  // namespace

Json inspect(ByteView stanza) {
  const auto node = wire::decode_stanza(stanza);
  if (!node.ok()) return Json{{"error", node.error().detail}};
  return tree(*node);
}

}  // namespace wa::wasm
