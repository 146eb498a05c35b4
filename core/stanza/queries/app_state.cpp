// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/app_state.h"

#include "stanza/inbound/parts.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {
namespace {

Node collection_node(const CollectionRequest& request) {
  Node node("collection");
  node.attr("name", request.name);
  if (!request.snapshot) node.attr("version", request.version);
  node.attr("return_snapshot", request.snapshot ? "true" : "false");
  if (request.patch) node.child(with_bytes("patch", *request.patch));
  return node;
}

CollectionAnswer parse_collection(const Node& node) {
  CollectionAnswer answer;
  answer.name = node.text_attr("name");
  answer.version = node.number_attr("version");
  answer.has_more = node.text_attr("has_more_patches") == "true";
  const Node* error = node.child_named("error");
  if (error) answer.error = static_cast<int>(number_or_zero(*error, "code"));
  if (answer.error == 0 && (error || node.text_attr("type") == "error"))
    answer.error = 500;  // refused, without saying why
  if (const Node* snapshot = node.child_named("snapshot"); snapshot && !snapshot->content_bytes().empty()) {
    answer.snapshot = to_bytes(snapshot->content_bytes());
  }
  for (const Node& patches : node.children()) {
    if (patches.tag != "patches") continue;
    for (const Node& patch : patches.children()) {
      if (patch.tag == "patch") answer.patches.push_back(to_bytes(patch.content_bytes()));
    }
  }
  return answer;
}

}  // namespace

Node build_app_state_query(std::span<const CollectionRequest> collections) {
  Node sync("sync");
  for (const CollectionRequest& request : collections) sync.child(collection_node(request));
  return iq_of("w:sync:app:state", "set", std::move(sync));
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

}  // namespace wa::stanza
