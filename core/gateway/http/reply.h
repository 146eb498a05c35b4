// What an API request is answered with: the success object of an operation, or the one error shape (api.md 2.1, 6.1).
// Both become a Reply here and nowhere else.
#pragma once

#include <string>
#include <vector>

#include "client/effect.h"
#include "gateway/http/json.h"
#include "gateway/http/json_text.h"

namespace wa::gateway {

struct BadField { std::string field, message; Json value; };  // a null value is left out

struct Failure {
  int status = 500;
  const char* code = "INTERNAL_ERROR";
  std::string text = "internal error";
  std::vector<BadField> validation;
  int upstream_code = 0;             // shown when not 0
  std::int64_t retry_after_s = -1;   // header when >= 0
  std::string allow;                 // header of 405
  std::string family;                // of 501
  std::vector<std::string> device_ids;  // of DEVICE_AMBIGUOUS: which there are
};

Failure invalid_request(std::string text);
Failure too_large(std::string text);
Failure unauthorized();              // the same for a missing, malformed and unknown token
Failure forbidden();
Failure not_found();
Failure device_not_found(std::string text);
Failure conflict(std::string text);
Failure not_ready(std::string text, std::int64_t retry_after_s = -1);
Failure upstream_rejected(std::string text, int upstream_code);
Failure upstream_timeout(std::string text);
Failure rate_limited(std::string text, std::int64_t retry_after_s);
Failure too_much_waits();            // whatever it is that this device has no room for now
Failure internal_error();

Failure bad_field(const char* field, std::string message, Json value = nullptr);  // 400

// A member more at the end of an answer that is an object already; `json` is its value.
void append_member(Reply&, std::string_view name, std::string_view json);

// A failure in the shape of the endpoints whose errors are nested: `error` becomes {code, message}, the rest stays.
struct NestedCodes;
void nest_error(Reply&, const NestedCodes&);

Reply build_failure(RequestId, const Failure&, WallTime now);
// `body` is an object without `success`; it is put first.
Reply build_success(RequestId, Json body, int status = 200);
// The same for long lists: `body` is written member by member from what begin_success() gives, and closed.
ObjectText begin_success(std::string& body);
Reply build_written(RequestId, std::string body);

}  // namespace wa::gateway
