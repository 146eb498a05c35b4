#include "unit/client/messages/written_vectors.h"

#include <algorithm>

#include "base/encoding.h"
#include "client/messages/first_link.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_context.h"
#include "client/messages/reporting.h"
#include "proto/writer.h"
#include "stanza/outbound/outbound.h"
#include "support/vectors.h"

using namespace wa;
using namespace wa::client;
using nlohmann::json;
using test::hex_field;

namespace {

struct GivenBytes final : Random {
  Bytes bytes;
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = i < bytes.size() ? bytes[i] : 0;
  }
};

std::string text(const json& of, const char* name) { return of.value(name, std::string()); }
template <class Number = std::uint32_t>
Number number(const json& of, const char* name) { return of.value(name, Number()); }
Bytes bytes(const json& of, const char* name) {
  return of.contains(name) ? *from_hex(of[name]["hex"].get<std::string>()) : Bytes();
}
wire::Jid jid(const json& of, const char* name) { return *wire::parse_jid(of[name].get<std::string>()); }

// --- bodies, from the JSON of a vector. nullopt: we write that otherwise, or not at all.

struct Wanted { MessageBody body; std::string chat = "31320111450455@lid"; std::int64_t now_ms = 1'791'234'567'890; };

HostedFile hosted(const json& of) {
  HostedFile out;
  out.url = text(of, "url");
  out.direct_path = text(of, "directPath");
  out.media_key = bytes(of, "mediaKey");
  out.sha256 = bytes(of, "fileSha256");
  out.enc_sha256 = bytes(of, "fileEncSha256");
  out.bytes = number<std::uint64_t>(of, "fileLength");
  out.media_key_time_s = number<std::int64_t>(of, "mediaKeyTimestamp");
  out.mimetype = text(of, "mimetype");
  return out;
}

FileBody file(MediaKind kind, const json& of) {
  FileBody out;
  out.kind = kind;
  out.file = hosted(of);
  out.caption = text(of, "caption");
  out.file_name = text(of, "fileName");
  out.width = number(of, "width");
  out.height = number(of, "height");
  out.seconds = number(of, "seconds");
  out.pages = number(of, "pageCount");
  out.view_once = of.value("viewOnce", false);
  out.animated = of.value("isAnimated", false);
  out.thumbnail = bytes(of, "jpegThumbnail");
  out.waveform = bytes(of, "waveform");
  out.sidecar = bytes(of, "streamingSidecar");
  out.first_frame_sidecar = bytes(of, "firstFrameSidecar");
  out.first_frame_length = number<std::uint64_t>(of, "firstFrameLength");
  return out;
}

MessageRef ref(const json& of) {
  MessageRef out{text(of, "id"), of.value("fromMe", false), {}};
  if (of.contains("participant")) out.participant = jid(of, "participant");
  return out;
}

std::optional<Wanted> text_of(const json& of) {
  Text out{text(of, "text")};
  if (of.contains("matchedText")) {
    LinkPreview preview;
    preview.matched = text(of, "matchedText");
    preview.title = text(of, "title");
    preview.description = text(of, "description");
    preview.video = of["previewType"] == 1;
    preview.thumbnail = bytes(of, "jpegThumbnail");
    if (of.contains("thumbnailDirectPath")) {
      HostedFile picture;
      picture.direct_path = text(of, "thumbnailDirectPath");
      picture.sha256 = bytes(of, "thumbnailSha256");
      picture.enc_sha256 = bytes(of, "thumbnailEncSha256");
      picture.media_key = bytes(of, "mediaKey");
      picture.media_key_time_s = number<std::int64_t>(of, "mediaKeyTimestamp");
      preview.picture = picture;
      preview.width = number(of, "thumbnailWidth");
      preview.height = number(of, "thumbnailHeight");
    }
    out.preview = preview;
  }
  return Wanted{std::move(out)};
}

std::optional<Wanted> location_of(const json& of) {
  if (of.contains("jpegThumbnail")) return std::nullopt;
  return Wanted{Location{of["degreesLatitude"], of["degreesLongitude"], text(of, "name"), text(of, "address"),
                         text(of, "url"), text(of, "comment")}};
}

std::optional<Wanted> live_location_of(const json& of) {
  LiveLocation out;
  out.latitude = of["degreesLatitude"];
  out.longitude = of["degreesLongitude"];
  out.accuracy_m = number(of, "accuracyInMeters");
  out.speed_mps = of.value("speedInMps", 0.0f);
  out.degrees = number(of, "degreesClockwiseFromMagneticNorth");
  out.caption = text(of, "caption");
  out.sequence = number<std::int64_t>(of, "sequenceNumber");
  out.time_offset = number(of, "timeOffset");
  return Wanted{out};
}

std::optional<Wanted> poll_of(const json& of) {
  Poll out{text(of, "name"), {}, of["selectableOptionsCount"] == 0};
  for (const json& option : of["options"]) out.options.push_back(text(option, "optionName"));
  return Wanted{out};
}

std::optional<Wanted> interactive_of(const json& of) {
  Interactive out;
  if (!of.contains("nativeFlowMessage")) return std::nullopt;
  if (of["nativeFlowMessage"]["messageParamsJson"] != "") return std::nullopt;   // as well as we
  out.body = text(of["body"], "text");
  if (of.contains("footer")) out.footer = text(of["footer"], "text");
  if (of.contains("header")) out.title = text(of["header"], "title");
  for (const json& button : of["nativeFlowMessage"]["buttons"]) {
    const json params = json::parse(button["buttonParamsJson"].get<std::string>());
    if (button["name"] != "quick_reply") return std::nullopt;
    out.buttons.push_back({FlowButton::Kind::reply, text(params, "display_text"), text(params, "id")});
  }
  return Wanted{out};
}

std::optional<Wanted> list_of(const json& of) {
  if (of["listType"] == 2) {
    Catalog out;
    const json& info = of["productListInfo"];
    out.business = jid(info, "businessOwnerJid");
    out.title = text(of, "title");
    out.description = text(of, "description");
    out.footer = text(of, "footerText");
    out.button_text = text(of, "buttonText");
    for (const json& section : info["productSections"]) {
      CatalogSection one{text(section, "title"), {}};
      for (const json& product : section["products"]) one.product_ids.push_back(text(product, "productId"));
      out.sections.push_back(one);
    }
    return Wanted{out};   // without the thumbnail of the header
  }
  ChoiceList out{text(of, "title"), text(of, "description"), text(of, "footerText"), text(of, "buttonText"), {}};
  for (const json& section : of["sections"]) {
    ChoiceSection one{text(section, "title"), {}};
    for (const json& row : section["rows"]) {
      one.rows.push_back({text(row, "rowId"), text(row, "title"), text(row, "description")});
    }
    out.sections.push_back(one);
  }
  return Wanted{out};
}

std::optional<Wanted> product_of(const json& of) {
  Product out;
  const json& from = of["product"];
  out.business = jid(of, "businessOwnerJid");
  out.id = text(from, "productId");
  out.title = text(from, "title");
  out.description = text(from, "description");
  out.currency = text(from, "currencyCode");
  out.retailer_id = text(from, "retailerId");
  out.url = text(from, "url");
  out.body = text(of, "body");
  out.footer = text(of, "footer");
  out.price_1000 = number<std::int64_t>(from, "priceAmount1000");
  out.sale_price_1000 = number<std::int64_t>(from, "salePriceAmount1000");
  out.image_count = number(from, "productImageCount");
  if (from.contains("productImage")) out.image = file(MediaKind::image, from["productImage"]);
  return Wanted{out};
}

std::optional<Wanted> event_of(const json& of) {
  EventPlan out;
  out.name = text(of, "name");
  out.description = text(of, "description");
  out.join_link = text(of, "joinLink");
  if (of.contains("location")) out.location = std::get<Location>(location_of(of["location"])->body);
  out.start_s = number<std::int64_t>(of, "startTime");
  out.end_s = number<std::int64_t>(of, "endTime");
  out.extra_guests = of.value("extraGuestsAllowed", false);
  return Wanted{out};
}

std::optional<Wanted> payment_request_of(const json& of) {
  PaymentRequest out{jid(of, "requestFrom"), text(of, "currencyCodeIso4217"),
                     text(of["noteMessage"]["extendedTextMessage"], "text")};
  out.amount_minor = number<std::uint64_t>(of, "amount1000") / 10;
  out.expires_s = number<std::int64_t>(of, "expiryTimestamp");
  return Wanted{out};
}

std::optional<Wanted> contacts_of(const json& of) {
  ContactCards out;
  for (const json& card : of["contacts"]) out.cards.push_back({text(card, "displayName"), text(card, "vcard")});
  return Wanted{out};
}

std::optional<Wanted> protocol_of(const json& of) {
  Wanted out{Revoke{}};
  if (of["type"] == 0) out.body = Revoke{ref(of["key"])};
  else if (of["type"] == 3) out.body = DisappearAfter{number(of, "ephemeralExpiration")};
  else return std::nullopt;
  if (of.contains("key")) out.chat = text(of["key"], "remoteJid");
  return out;
}

std::optional<Wanted> document_of(const json& of) {
  if (text(of, "title") != text(of, "fileName")) return std::nullopt;   // ours are the same
  return Wanted{file(MediaKind::document, of)};
}

struct Maker { const char* member; std::optional<Wanted> (*make)(const json&); };
constexpr Maker kMakers[] = {
    {"conversation", [](const json& of) { return std::optional(Wanted{Text{of.get<std::string>()}}); }},
    {"extendedTextMessage", text_of},
    {"imageMessage", [](const json& of) { return std::optional(Wanted{file(MediaKind::image, of)}); }},
    {"videoMessage", [](const json& of) {
       return std::optional(Wanted{file(of.value("gifPlayback", false) ? MediaKind::gif : MediaKind::video, of)});
     }},
    {"ptvMessage", [](const json& of) { return std::optional(Wanted{file(MediaKind::ptv, of)}); }},
    {"audioMessage", [](const json& of) {
       return std::optional(Wanted{file(of.value("ptt", false) ? MediaKind::voice : MediaKind::audio, of)});
     }},
    {"documentMessage", [](const json& of) {
       return of.contains("caption") ? std::nullopt : document_of(of);   // ours is wrapped then
     }},
    {"documentWithCaptionMessage", [](const json& of) { return document_of(of["message"]["documentMessage"]); }},
    {"stickerMessage", [](const json& of) {
       auto out = Wanted{file(MediaKind::sticker, of)};
       out.now_ms = number<std::int64_t>(of, "stickerSentTs");
       return std::optional(out);
     }},
    {"locationMessage", location_of},
    {"liveLocationMessage", live_location_of},
    {"contactMessage", [](const json& of) {
       return std::optional(Wanted{ContactCards{{{text(of, "displayName"), text(of, "vcard")}}}});
     }},
    {"contactsArrayMessage", contacts_of},
    {"groupInviteMessage", [](const json& of) {
       return std::optional(Wanted{GroupInvite{jid(of, "groupJid"), text(of, "inviteCode"), text(of, "groupName"),
                                               text(of, "caption"), number<std::int64_t>(of, "inviteExpiration")}});
     }},
    {"pollCreationMessage", poll_of},
    {"eventMessage", event_of},
    {"reactionMessage", [](const json& of) {
       return std::optional(Wanted{EmojiReaction{ref(of["key"]), text(of, "text")}, text(of["key"], "remoteJid")});
     }},
    {"protocolMessage", protocol_of},
    {"editedMessage", [](const json& of) {
       const json& protocol = of["message"]["protocolMessage"];
       return std::optional(Wanted{Edit{ref(protocol["key"]), text(protocol["editedMessage"], "conversation")},
                                   text(protocol["key"], "remoteJid")});
     }},
    {"interactiveMessage", interactive_of},
    {"listMessage", list_of},
    {"listResponseMessage", [](const json& of) {
       return std::optional(Wanted{ListAnswer{text(of["singleSelectReply"], "selectedRowId"), text(of, "title"),
                                              text(of, "description")}});
     }},
    {"buttonsResponseMessage", [](const json& of) {
       return std::optional(Wanted{ButtonAnswer{text(of, "selectedButtonId"), text(of, "selectedDisplayText")}});
     }},
    {"productMessage", product_of},
    {"requestPaymentMessage", payment_request_of},
    {"sendPaymentMessage", [](const json& of) {
       return std::optional(Wanted{Payment{ref(of["requestMessageKey"]),
                                           text(of["noteMessage"]["extendedTextMessage"], "text")}});
     }},
    {"declinePaymentRequestMessage", [](const json& of) {
       return std::optional(Wanted{PaymentDecline{ref(of["key"])}});
     }},
    {"cancelPaymentRequestMessage", [](const json& of) {
       return std::optional(Wanted{PaymentCancel{ref(of["key"])}});
     }},
    {"albumMessage", [](const json& of) {
       return std::optional(Wanted{Album{number(of, "expectedImageCount"), number(of, "expectedVideoCount")}});
     }},
};

// False: it says what we never say.
bool read_context(const json& of, MessageContext& context, ChatTimer& timer) {
  if (of.contains("nonJidMentions")) return false;
  if (of.contains("stanzaId")) {
    const json& quoted = of["quotedMessage"];
    if (!quoted.contains("conversation")) return false;   // of what we have, if anything
    context.quoted = QuotedMessage{of["stanzaId"], false, quoted["conversation"], jid(of, "participant")};
    if (of.contains("remoteJid")) context.quoted->chat = jid(of, "remoteJid");
  }
  for (const json& one : of.value("mentionedJid", json::array())) {
    context.mentioned.push_back(*wire::parse_jid(one.get<std::string>()));
  }
  context.forwarded = number(of, "forwardingScore");
  timer = {number(of, "expiration"), number<std::int64_t>(of, "ephemeralSettingTimestamp")};
  return true;
}

Bytes without_info(const Bytes& content) {
  return std::move(proto::Writer().items(proto::Items(content), 1, 34).items(proto::Items(content), 36)).written();
}

std::string meta_text(const stanza::MessageTraits& traits) {
  return traits.meta.name.empty() ? "" : std::string(traits.meta.name) + '=' + std::string(traits.meta.value);
}

}  // namespace

namespace wa::test {

std::string fault_of_traits(const json& vector) {
  const Bytes content = hex_field(vector, "message_hex");
  const stanza::MessageTraits traits = traits_of(kind_of_content(content), content);
  const json& stanza = vector["stanza"];
  const auto wanted = [&](const char* name, const char* with_biz) {
    const json value = !traits.flow.empty() && stanza.contains("biz") ? stanza.value(with_biz, json())
                                                                      : stanza.value(name, json());
    return value.is_null() ? std::string() : value.get<std::string>();
  };
  if (wanted("type", "type_with_biz") != traits.type) return "type " + std::string(traits.type);
  if (wanted("mediatype", "mediatype_with_biz") != traits.media_type) {
    return "mediatype " + std::string(traits.media_type);
  }
  if (wanted("edit", "edit") != traits.edit) return "edit " + std::string(traits.edit);
  if ((wanted("decrypt_fail", "decrypt_fail") == "hide") != traits.hide_failure) return "decrypt-fail";
  std::string meta;
  if (stanza["meta"].is_object()) {
    for (const auto& [name, value] : stanza["meta"].items()) meta += name + '=' + value.get<std::string>();
  }
  if (meta != meta_text(traits)) return "meta " + meta_text(traits);
  return stanza.contains("biz") == !traits.flow.empty() ? "" : "biz";
}

std::string fault_of_writing(const json& vector) {
  const json& message = vector["message"];
  const json info = message.value("messageContextInfo", json::object());
  for (const Maker& maker : kMakers) {
    if (!message.contains(maker.member)) continue;
    const auto wanted = maker.make(message[maker.member]);
    MessageContext context;
    ChatTimer timer;
    const json& of = message[maker.member];
    const json given = of.is_object() ? of.value("contextInfo", json::object()) : json::object();
    if (!wanted || !read_context(given, context, timer)) return "";
    if (info.contains("messageAssociation")) context.album = info["messageAssociation"]["parentMessageKey"]["id"];
    GivenBytes random;
    random.bytes = bytes(info, "messageSecret");
    const auto chat = wire::parse_jid(wanted->chat);
    Bytes ours = write_body(wanted->body, *chat, {wanted->now_ms}, random, context).content;
    ours = edit_context(ours, {nullptr, false, {}, timer});
    Bytes theirs = hex_field(vector, "message_hex");
    if (random.bytes.empty()) {
      ours = without_info(ours);
      theirs = without_info(theirs);
    }
    if (message.contains("listMessage") && message["listMessage"]["listType"] == 2) return "";
    return ours == theirs ? "" : "written " + hex(ours);
  }
  return "";
}

std::string fault_of_flow(const json& vector) {
  // The message itself is dropped: what is left is what stands beside it.
  const std::string first = vector["first_button_or_kind"];
  proto::Writer button, flow, content, message;
  button.text(1, first);
  flow.message(1, button);
  content.message(6, flow);
  const bool list = first == "listMessage";
  message.message(list ? 36 : 45, list ? proto::Writer() : content);
  stanza::OutgoingMessage out;
  out.to = *wire::parse_jid(vector["group"] == true ? "120363000000000001@g.us" : "31320111450455@lid");
  out.traits = traits_of(kind_of_content(message.written()), message.written());
  out.t = vector["now"];
  const wire::Node node = stanza::build_message(out);
  json nodes = json::array();
  const std::function<json(const wire::Node&)> shown = [&](const wire::Node& of) {
    json attrs = json::array(), children = json::array();
    for (const auto& [name, value] : of.attrs) attrs.push_back({std::string(name), of.text_attr(name)});
    for (const wire::Node& child : of.children()) children.push_back(shown(child));
    return json{{"tag", std::string(of.tag)}, {"attrs", attrs},
                {"content", children.empty() ? json() : json{{"nodes", children}}}};
  };
  for (const wire::Node& child : node.children()) nodes.push_back(shown(child));
  return nodes == vector["extra_nodes"] ? "" : nodes.dump();
}

std::string fault_of_link(const json& vector) {
  const std::string text = vector["text"];
  const std::string found(first_link(text));
  const std::string wanted = vector["matched_text"].is_null() ? "" : vector["matched_text"].get<std::string>();
  return found == wanted ? "" : found;
}

std::string fault_of_token(const json& vector) {
  const Bytes message = hex_field(vector, "message_hex");
  const std::string id = vector["message_id"];
  const wire::Jid sender = jid(vector, "sender"), chat = jid(vector, "remote");
  const std::string token = hex(reporting_token(message, {id, sender, chat}));
  // Libraries differ about what is nested: nobody can be right there.
  const bool none = vector.value("expect", "") == "no token" || vector.contains("token_whatsmeow");
  if (token != (none ? "" : text(vector, "token"))) return "token " + token;
  return none || hex(reported_content(message)) == text(vector, "content") ? "" : hex(reported_content(message));
}

}  // namespace wa::test
