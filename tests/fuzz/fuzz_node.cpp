// Law: what decodes also encodes, to something that decodes to the same node (text content may come back as bytes: senders
// give bytes). And every node is some typed stanza.
#include "fuzz/fuzz.h"
#include "stanza/inbound.h"
#include "stanza/queries/app_state.h"
#include "stanza/queries/media.h"
#include "stanza/queries/pairing.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/users.h"
#include "wire/node.h"

using namespace wa;

namespace {

bool same(const wire::Node& a, const wire::Node& b) {
  if (a.tag != b.tag || a.attrs != b.attrs || !equal(a.content_bytes(), b.content_bytes())) return false;
  if (a.children().size() != b.children().size()) return false;
  for (std::size_t i = 0; i < a.children().size(); ++i) {
    if (!same(a.children()[i], b.children()[i])) return false;
  }
  return true;
}

}  // namespace

void fuzz_one(ByteView input) {
  auto node = wire::decode_stanza(input);
  if (!node.ok()) return;
  auto again = wire::decode_stanza(wire::encode_stanza(*node));
  WA_ASSERT(again.ok() && same(*again, *node));
  (void)stanza::parse_prekey_count(*node);
  (void)stanza::parse_digest(*node);
  (void)stanza::parse_bundles(*node);
  (void)stanza::parse_devices(*node);
  (void)stanza::parse_media_conn(*node);
  (void)stanza::parse_app_state(*node);
  (void)stanza::parse_link_code_ref(*node);
  for (wire::Node& more : stanza::take_more(*node)) (void)stanza::parse_inbound(std::move(more));
  const auto inbound = stanza::parse_inbound(*std::move(node));
  if (const auto* notification = std::get_if<stanza::Notification>(&inbound)) (void)stanza::parse_notification(*notification);
}
