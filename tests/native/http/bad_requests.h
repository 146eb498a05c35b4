// Requests whose end two readers could see in different places, or that RFC 9112 forbids for another reason. Each is followed by
// a second request, which a server that is taken in would answer.
#pragma once

#include <span>
#include <string>

namespace wa::native_test {

struct BadRequest {
  const char* name;
  std::string bytes;
  int status;  // 400 or 501
  bool in_body = false;  // the head is good
};
std::span<const BadRequest> bad_requests();

struct GoodRequest {
  const char* name;
  std::string bytes;
  int answers;       // so many are answered with 200, in order
  std::size_t body;  // bytes of the first one's body
};
std::span<const GoodRequest> good_requests();

}  // namespace wa::native_test
