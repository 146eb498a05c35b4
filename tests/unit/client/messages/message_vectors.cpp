// Message kinds as others write them: what is read of each, the wrappers, the copies for own devices, the padding; what
// is sealed under message secrets; requests to the own phone. From the other side: what we write (written_vectors.h).
#include "support/vectors.h"

#include "client/messages/about.h"
#include "client/messages/envelope.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/padding.h"
#include "client/messages/peer_requests.h"
#include "client/messages/read_content.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "unit/client/messages/written_vectors.h"
#include "unit/signal/scripted_random.h"

using namespace wa;
using nlohmann::json;
using test::hex_field;

namespace {

struct Named { const char* member; const char* type; };
constexpr Named kTypes[] = {{"conversation", "text"},
                            {"extendedTextMessage", "text"},
                            {"imageMessage", "image"},
                            {"videoMessage", "video"},
                            {"ptvMessage", "video"},
                            {"audioMessage", "audio"},
                            {"documentMessage", "document"},
                            {"stickerMessage", "sticker"},
                            {"stickerPackMessage", "sticker_pack"},
                            {"locationMessage", "location"},
                            {"liveLocationMessage", "location"},
                            {"contactMessage", "contact"},
                            {"contactsArrayMessage", "contact"},
                            {"groupInviteMessage", "group_invite"},
                            {"pollCreationMessage", "poll"},
                            {"pollCreationMessageV2", "poll"},
                            {"pollCreationMessageV3", "poll"},
                            {"pollCreationMessageV6", "poll"},
                            {"eventMessage", "event"},
                            {"reactionMessage", "reaction"},
                            {"pinInChatMessage", "pin"},
                            {"keepInChatMessage", "keep"},
                            {"buttonsMessage", "buttons"},
                            {"interactiveMessage", "interactive"},
                            {"listMessage", "list"},
                            {"listResponseMessage", "list_response"},
                            {"buttonsResponseMessage", "buttons_response"},
                            {"interactiveResponseMessage", "interactive_response"},
                            {"templateMessage", "template"},
                            {"templateButtonReplyMessage", "template_response"},
                            {"productMessage", "product"},
                            {"orderMessage", "order"},
                            {"requestPaymentMessage", "payment_request"},
                            {"sendPaymentMessage", "payment"},
                            {"declinePaymentRequestMessage", "payment_declined"},
                            {"cancelPaymentRequestMessage", "payment_cancelled"},
                            {"albumMessage", "album"},
                            {"requestPhoneNumberMessage", "request_phone_number"}};

// The innermost message of the JSON, and what it should be told as.
const json& innermost(const json& message) {
  for (const auto& [name, value] : message.items()) {
    if (name == "deviceSentMessage" || (value.is_object() && value.size() == 1 && value.contains("message"))) {
      return innermost(value["message"]);
    }
  }
  return message;
}

std::string expected_type(const json& message) {
  const json& inner = innermost(message);
  if (inner.contains("protocolMessage")) {
    const json& protocol = inner["protocolMessage"];
    return protocol["type"] == 0 ? "revoke" : protocol["type"] == 14 ? "edit" : "";
  }
  for (const Named& one : kTypes) {
    if (!inner.contains(one.member)) continue;
    const std::string type = one.type;
    if (type == "pin" && inner[one.member]["type"] == 2) return "unpin";
    if (type == "keep" && inner[one.member]["keepType"] == 2) return "unkeep";
    return type;
  }
  return "unknown";
}

bool context_fits(const json& of, const client::Content& content) {
  const json context = of.value("contextInfo", json::object());
  const bool quote = context.contains("stanzaId");
  if (quote != content.quoted.has_value()) return false;
  if (quote &&
      (content.quoted->id != context["stanzaId"] || content.quoted->participant->text() != context["participant"]))
    return false;
  return content.mentioned.size() == context.value("mentionedJid", json::array()).size() &&
         content.forwarded == context.value("isForwarded", false) &&
         content.mention_all == (context.value("nonJidMentions", 0) == 1);
}

bool reads(const Bytes& bytes, const json& message) {
  const auto content = client::parse_content(bytes, client::Speaker::other);
  if (!content || content->type != expected_type(message)) return false;
  const json& inner = innermost(message);
  for (const auto& [name, value] : inner.items()) {
    if (!value.is_object() || name == "messageContextInfo") continue;
    if (value.contains("caption") && name != "liveLocationMessage" && name != "stickerPackMessage" &&
        content->text != value["caption"])
      return false;
    if (value.contains("mimetype") && (!content->media || content->media->mimetype != value["mimetype"])) return false;
    if (value.contains("key") && (!content->key || content->key->id != value["key"]["id"])) return false;
    if (value.contains("options") && content->poll->options.size() != value["options"].size()) return false;
    if (!context_fits(value, *content)) return false;
  }
  const json secret = inner.value("messageContextInfo", json::object()).value("messageSecret", json());
  return secret.is_null() || hex(content->secret) == secret["hex"];
}

client::AddOn sealed_of(const json& vector) {
  constexpr const char* kUses[] = {"Poll Vote",    "Event Response", "Enc Reaction", "Enc Comment",
                                   "Message Edit", "Event Edit",     "Poll Edit",    "Poll Add Option"};
  client::AddOn out{client::Seal::edit, hex_field(vector, "ciphertext"), hex_field(vector, "iv")};
  for (std::size_t i = 0; i < std::size(kUses); ++i) {
    if (vector["use_case"] == kUses[i]) out.use = static_cast<client::Seal>(i);
  }
  return out;
}

}  // namespace

WA_VECTORS("message_kinds.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const std::string kind = vector["kind"];
    if (kind == "message") {
      const bool read = reads(hex_field(vector, "message_hex"), vector["message"]);
      const std::string traits = test::fault_of_traits(vector), written = test::fault_of_writing(vector);
      report.check(vector["name"], read && traits.empty() && written.empty(), traits + ' ' + written);
    }
    if (kind == "biz") {
      const std::string fault = test::fault_of_flow(vector);
      report.check(vector["name"], fault.empty(), fault);
    }
    if (kind == "link") {
      const std::string fault = test::fault_of_link(vector);
      report.check(vector["text"], fault.empty(), fault);
    }
    if (kind == "unwrap") {
      const auto content = client::parse_content(hex_field(vector, "message_hex"), client::Speaker::other);
      report.check(vector["name"], content.ok() && content->type == expected_type(vector["inner"]));
    }
    if (kind == "padded") {
      const auto plain = client::unpad(hex_field(vector, "padded_hex"));
      report.check(vector["name"], plain.ok() && *plain == hex_field(vector, "message_hex"));
    }
    if (kind == "device_sent") {
      const auto to = wire::parse_jid(vector["destination"].get<std::string>());
      const Bytes copy = client::build_device_sent(*to, hex_field(vector, "message_hex"));
      const auto ours = client::parse_content(copy),
                 theirs = client::parse_content(hex_field(vector, "device_sent_hex"));
      report.check(vector["name"], ours.ok() && theirs.ok() && ours->type == theirs->type &&
                                       ours->text == theirs->text && ours->sent_to == *to && theirs->sent_to == *to &&
                                       ours->secret == theirs->secret);
    }
  }
}

WA_VECTORS("message_secrets.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const std::string kind = vector["kind"];
    if (kind == "option_hash") {
      report.check(vector["name"], hex(crypto::sha256(view(vector["option"].get<std::string>()))) == vector["sha256"]);
      continue;
    }
    const auto author = wire::parse_jid(vector["original_sender"].get<std::string>());
    const auto sender = wire::parse_jid(vector["modification_sender"].get<std::string>());
    const Bytes secret = hex_field(vector, "message_secret");
    const client::AddOn sealed = sealed_of(vector);
    if (kind == "reject") {
      const auto opened = client::open_add_on(sealed, secret, vector["original_id"], *author, *sender);
      report.check(vector["name"], !opened.ok());
      continue;
    }
    const auto opened = client::open_add_on(sealed, secret, vector["original_id"], *author, *sender);
    const auto carrier = client::parse_content(hex_field(vector, "carrier_hex"), client::Speaker::other);
    report.check(vector["name"], opened.ok() && *opened == hex_field(vector, "plaintext") && carrier.ok() &&
                                     carrier->sealed && carrier->sealed->use == sealed.use &&
                                     carrier->sealed->payload == sealed.payload && carrier->sealed->iv == sealed.iv &&
                                     carrier->key && carrier->key->id == vector["original_id"]);
  }
}

WA_VECTORS("reporting_token.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const std::string fault = test::fault_of_token(vector);
    report.check(vector["name"], fault.empty(), fault);
  }
}

WA_VECTORS("phone_requests.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const json& protocol = vector["message"]["protocolMessage"];
    const Bytes bytes = hex_field(vector, "message_hex");
    if (vector["kind"] == "request") {
      const json& asked = protocol["peerDataOperationRequestMessage"];
      if (asked.contains("historySyncOnDemandRequest")) {
        const json& history = asked["historySyncOnDemandRequest"];
        if (history.contains("accountLid")) {   // we do not say it
          report.check(vector["name"], client::asks_for_history(bytes));
          continue;
        }
        const client::HistoryWish wish{*wire::parse_jid(history["chatJid"].get<std::string>()), history["oldestMsgId"],
                                       history["oldestMsgFromMe"], history["onDemandMsgCount"],
                                       {history["oldestMsgTimestampMs"].get<std::int64_t>()}};
        report.check(vector["name"], client::build_history_request(wish) == bytes && client::asks_for_history(bytes));
        continue;
      }
      const json keys = asked.value("placeholderMessageResendRequest", json::array());
      if (keys.size() != 1) {   // what we do not ask for is at least no content
        const auto content = client::parse_content(bytes);
        report.check(vector["name"], content.ok() && content->type.empty() &&
                                         content->protocol == client::ProtocolKind::other);
        continue;
      }
      const json& key = keys[0]["messageKey"];
      client::PlaceholderKey of{key["id"], *wire::parse_jid(key["remoteJid"].get<std::string>()), key["fromMe"], {}};
      if (key.contains("participant")) of.participant = wire::parse_jid(key["participant"].get<std::string>());
      report.check(vector["name"], client::build_placeholder_request(of) == bytes);
      continue;
    }
    const auto content = client::parse_content(bytes);
    if (vector["kind"] == "history_notification") {
      report.check(vector["name"], content.ok() && content->history && content->history->sync_type == 6 &&
                                       content->history->request_id ==
                                           protocol["historySyncNotification"].value("peerDataRequestSessionId", ""));
      continue;
    }
    const bool told = vector["expect"].contains("conversation");
    report.check(vector["name"], content.ok() && content->resent.size() == (told ? 1u : 0u) &&
                                     (!told || content->resent[0].content.text == vector["expect"]["conversation"]));
  }
}
