// tested by unit/gateway/api/connection_test.cpp
// The account itself: privacy settings and picture (api.md 3.5).
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/endpoint.h"
#include "gateway/operations/account.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kAccountTimeoutMs = 20'000;

struct Category { const char* published; PrivacyCategory category; };
constexpr Category kCategories[] = {
    {"GroupAdd", PrivacyCategory::group_add},
    {"LastSeen", PrivacyCategory::last_seen},
    {"Status", PrivacyCategory::status},
    {"Profile", PrivacyCategory::profile},
    {"ReadReceipts", PrivacyCategory::read_receipts},
    {"CallAdd", PrivacyCategory::call_add},
    {"Online", PrivacyCategory::online},
    {"Messages", PrivacyCategory::messages},
    {"Defense", PrivacyCategory::defense},
    {"Stickers", PrivacyCategory::stickers},
};

// All ten members, as published; "" for what the service did not name.
Json privacy_data(const client::PrivacyDone& done) {
  Json out = Json::object();
  for (const Category& one : kCategories) put(out, {one.published, privacy_of(done, one.category)});
  return out;
}

Failure account_failure(client::AccountOutcome outcome, int upstream_code) {
  switch (outcome) {
    case client::AccountOutcome::refused: return upstream_rejected("the service refused", upstream_code);
    case client::AccountOutcome::timeout: return upstream_timeout("no answer in time; the effect may still happen");
    case client::AccountOutcome::link_lost:
    case client::AccountOutcome::done: break;
  }
  return not_ready("the connection was lost before the answer; the effect may still happen", 1);
}

// A JPEG as base64, with or without a data: prefix.
Bytes parse_jpeg(Fields& fields, const char* name) {
  std::string text = fields.text(name, limits::kBodyBytesMax);
  if (text.empty()) return {};
  if (text.compare(0, 5, "data:") == 0) {
    const std::size_t comma = text.find(',');
    text = comma == std::string::npos ? std::string() : text.substr(comma + 1);
  }
  auto bytes = from_base64(text);
  switch (bytes ? picture_fault(*bytes) : PictureFault::not_a_jpeg) {
    case PictureFault::none: return *std::move(bytes);
    case PictureFault::too_large:
      fields.bad(name, "must have at most " + std::to_string(limits::kPictureBytesMax) + " bytes");
      break;
    case PictureFault::not_a_jpeg: fields.bad(name, "must be a JPEG in base64"); break;
  }
  return {};
}

Answer show_privacy(DeviceCall& call) { return begin(call, client::AskPrivacy{}); }

Answer set_profile_picture(DeviceCall& call) {
  Fields fields(call.given);
  client::SetOwnPicture command;
  command.jpeg = parse_jpeg(fields, "image_base64");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, std::move(command));
}

Answer finish_privacy(WaitingCall& call, const client::Event& event) {
  const auto* privacy = std::get_if<client::PrivacyDone>(&event);
  if (!privacy) return std::nullopt;
  if (privacy->outcome != client::AccountOutcome::done) {
    return fail(call, account_failure(privacy->outcome, privacy->upstream_code));
  }
  return succeed(call, object({{"data", privacy_data(*privacy)}}));
}

Answer finish_picture(WaitingCall& call, const client::Event& event) {
  const auto* picture = std::get_if<client::OwnPictureDone>(&event);
  if (!picture) return std::nullopt;
  if (picture->outcome != client::AccountOutcome::done) {
    return fail(call, account_failure(picture->outcome, picture->upstream_code));
  }
  return succeed(call, object({{"picture_id", picture->picture_id}}));
}

}  // namespace

Endpoints account_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/privacy", .start = show_privacy, .finish = finish_privacy,
       .timeout_ms = kAccountTimeoutMs},
      {.method = "POST", .pattern = "/profile/picture", .body = BodyRule::required, .start = set_profile_picture,
       .finish = finish_picture, .timeout_ms = kAccountTimeoutMs},
  };
  return kAll;
}

}  // namespace wa::gateway
