// tested by unit/gateway/http/json_test.cpp
#include "gateway/http/reply.h"

#include "base/encoding.h"
#include "gateway/http/route.h"

namespace wa::gateway {
namespace {

Failure failure(int status, const char* code, std::string text) {
  Failure out;
  out.status = status;
  out.code = code;
  out.text = std::move(text);
  return out;
}

}  // namespace

Failure invalid_request(std::string text) { return failure(400, "INVALID_REQUEST", std::move(text)); }
Failure too_large(std::string text) { return failure(413, "PAYLOAD_TOO_LARGE", std::move(text)); }
Failure unauthorized() { return failure(401, "UNAUTHORIZED", "Invalid token"); }
Failure forbidden() { return failure(403, "FORBIDDEN", "your role does not permit this"); }
Failure not_found() { return failure(404, "NOT_FOUND", "no such resource"); }
Failure device_not_found(std::string text) { return failure(404, "DEVICE_NOT_FOUND", std::move(text)); }
Failure conflict(std::string text) { return failure(409, "CONFLICT", std::move(text)); }
Failure upstream_timeout(std::string text) { return failure(504, "UPSTREAM_TIMEOUT", std::move(text)); }
Failure internal_error() { return Failure{}; }

Failure not_ready(std::string text, std::int64_t retry_after_s) {
  Failure out = failure(503, "DEVICE_NOT_READY", std::move(text));
  out.retry_after_s = retry_after_s;
  return out;
}

Failure upstream_rejected(std::string text, int upstream_code) {
  Failure out = failure(502, "UPSTREAM_REJECTED", std::move(text));
  out.upstream_code = upstream_code;
  return out;
}

Failure rate_limited(std::string text, std::int64_t retry_after_s) {
  Failure out = failure(429, "RATE_LIMITED", std::move(text));
  out.retry_after_s = retry_after_s;
  return out;
}

Failure too_much_waits() { return rate_limited("too much waits at this device; try again later", 5); }

Failure bad_field(const char* field, std::string message, Json value) {
  Failure out = failure(400, "VALIDATION_ERROR", "validation failed");
  out.validation.push_back({field, std::move(message), std::move(value)});
  return out;
}

void append_member(Reply& reply, std::string_view name, std::string_view json) {
  if (reply.body.empty() || reply.body.back() != '}') return;
  reply.body.pop_back();
  if (reply.body.back() != '{') reply.body += ',';
  append_text(reply.body, name);
  (reply.body += ':').append(json) += '}';
}

void nest_error(Reply& reply, const NestedCodes& codes) {
  auto body = parse_json(reply.body);
  if (reply.status < 400 || reply.status == 501 || !body || !body->is_object() || !(*body)["error"].is_string()) return;
  const char* code = codes.failed;
  switch (reply.status) {
    case 400: case 413: case 415: case 422: code = codes.invalid; break;
    case 401: code = "unauthorized"; break;
    case 403: code = "forbidden"; break;
    case 404: case 500: code = "device_error"; break;
    case 429: code = "rate_limited"; break;
    case 503: code = "device_disconnected"; break;
    case 504: code = codes.timeout; break;
    default: break;
  }
  (*body)["error"] = object({{"code", code}, {"message", (*body)["error"].get<std::string>()}});
  reply.body = compact(*body);
}

Reply build_failure(RequestId request, const Failure& failed, WallTime now) {
  Json body = object({{"success", false}, {"error", failed.text}, {"error_code", failed.code}, {"timestamp", rfc3339(now)}});
  if (!failed.validation.empty()) {
    Json& list = body["validation"] = Json::array();
    for (const BadField& bad : failed.validation) {
      Json item = object({{"field", bad.field}, {"message", bad.message}});
      if (!bad.value.is_null()) put(item, {"value", bad.value});
      list.push_back(std::move(item));
    }
  }
  if (failed.upstream_code != 0) put(body, {"upstream_code", failed.upstream_code});
  if (!failed.family.empty()) put(body, {"family", failed.family});
  if (!failed.device_ids.empty()) put(body, {"device_ids", failed.device_ids});
  Reply reply{request, failed.status, {}, compact(body)};
  if (failed.retry_after_s >= 0) reply.headers.emplace_back("Retry-After", std::to_string(failed.retry_after_s));
  if (!failed.allow.empty()) reply.headers.emplace_back("Allow", failed.allow);
  if (failed.status == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

Reply build_success(RequestId request, Json body, int status) {
  Json out = object({{"success", true}});
  for (auto& item : body.items()) out[item.key()] = std::move(item.value());
  return Reply{request, status, {}, compact(out)};
}

ObjectText begin_success(std::string& body) {
  ObjectText out(body);
  out.flag("success", true);
  return out;
}

Reply build_written(RequestId request, std::string body) { return Reply{request, 200, {}, std::move(body)}; }

}  // namespace wa::gateway
