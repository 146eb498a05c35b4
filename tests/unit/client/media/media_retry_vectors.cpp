#include "client/media/media_retry.h"

#include "stanza/inbound.h"
#include "support/vector_nodes.h"

using namespace wa;
using test::hex_field;

namespace media_retry_vectors {
namespace {

using Vector = nlohmann::json;

wire::Jid jid_of(const Vector& text) { return *wire::parse_jid(text.get<std::string>()); }

std::string request(const Vector& vector) {
  stanza::MediaRetryReceipt receipt;
  receipt.id = vector["message_id"];
  receipt.own = jid_of(vector["own_lid"]);   // the vectors' form; ours is the number
  receipt.chat = jid_of(vector["chat"]);
  receipt.from_me = vector["from_me"];
  if (!vector["participant"].is_null()) receipt.participant = jid_of(vector["participant"]);
  const Bytes media_key = hex_field(vector, "media_key"), iv = hex_field(vector, "iv");
  if (!test::same_tree(client::build_media_retry(receipt, media_key, iv), test::vector_node(vector["node"])))
    return "another stanza";
  if (client::open_media_retry_request(receipt.id, hex_field(vector, "enc_p"), media_key, iv) != receipt.id)
    return "the phone does not read it";
  return "";
}

// What parse_inbound and the rows of notifications make of a stanza.
std::optional<stanza::MediaRetried> retried_of(const wire::Node& node) {
  const stanza::Inbound inbound = stanza::parse_inbound(node);
  const auto* notification = std::get_if<stanza::Notification>(&inbound);
  if (!notification) return std::nullopt;
  for (const stanza::NotificationKind& kind : stanza::parse_notification(*notification)) {
    if (const auto* retried = std::get_if<stanza::MediaRetried>(&kind)) return *retried;
  }
  return std::nullopt;
}

std::string answer(const Vector& vector, bool sealed) {
  const wire::Node node = test::vector_node(vector["node"]);
  const auto retried = retried_of(node);
  if (!retried || retried->id != vector["message_id"]) return "not read";
  if (!retried->chat || retried->from_me || retried->chat->text() != node.child_named("rmr")->text_attr("jid"))
    return "another chat";
  const Bytes media_key = sealed ? hex_field(vector, "media_key") : Bytes(32, 1);
  const auto opened = client::open_media_retry(*retried, media_key);
  if (!opened) return opened.error().detail;
  if (!sealed) {
    const std::map<std::string, client::RetryResult> meant = {
        {"gone", client::RetryResult::not_found},
        {"phone could not decrypt", client::RetryResult::decryption_error},
        {"general error", client::RetryResult::general_error}};
    return opened->result == meant.at(vector["expect"]) ? "" : "another result";
  }
  if (static_cast<int>(opened->result) != vector["result"].get<int>()) return "another result";
  if (opened->direct_path != (vector["direct_path"].is_null() ? "" : vector["direct_path"].get<std::string>()))
    return "another path";
  if (!opened->direct_path.empty() && !vector.contains("message_secret") && vector["result_name"] == "SUCCESS") {
    const Bytes again = client::seal_media_retry_answer(retried->id, *opened, media_key, retried->enc_iv);
    if (hex_field(vector, "plaintext").size() + 16 == again.size() && again != retried->enc_p)
      return "sealed in another way";
  }
  return "";
}

std::string refused(const Vector& vector) {
  const stanza::MediaRetried retried{vector["message_id"].get<std::string>(),
                                     std::nullopt,
                                     std::nullopt,
                                     false,
                                     hex_field(vector, "enc_p"),
                                     hex_field(vector, "iv"),
                                     0};
  return client::open_media_retry(retried, hex_field(vector, "media_key")).ok() ? "accepted" : "";
}

// Only the attributes and the order of children count.
std::string shape(const Vector& vector) {
  const wire::Node node = test::vector_node(vector["node"]);
  stanza::MediaRetryReceipt receipt;
  receipt.id = node.text_attr("id");
  receipt.own = *node.jid_attr("to");
  const wire::Node* about = node.child_named("rmr");
  receipt.chat = about->jid_attr("jid");
  receipt.participant = about->jid_attr("participant");
  const wire::Node* sealed = node.child_named("encrypt");
  receipt.enc_p = to_bytes(sealed->child_named("enc_p")->content_bytes());
  receipt.enc_iv = to_bytes(sealed->child_named("enc_iv")->content_bytes());
  return test::same_tree(stanza::build_media_retry(receipt), node) ? "" : "another stanza";
}

}  // namespace
}  // namespace media_retry_vectors

WA_VECTORS("media_retry.json", file, report) {
  using namespace media_retry_vectors;
  for (const auto& vector : file["vectors"]) {
    const std::string kind = vector["kind"];
    std::string why = "unknown kind";
    if (kind == "request") why = request(vector);
    if (kind == "request_shape") why = shape(vector);
    if (kind == "answer" || kind == "answer_error") why = answer(vector, kind == "answer");
    if (kind == "answer_reject") why = refused(vector);
    report.check(vector["name"], why.empty(), why);
  }
}
