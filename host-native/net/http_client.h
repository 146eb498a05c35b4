// A small blocking HTTP client for the commands of this program that talk to a server (`wuts pair`, the demo).
#pragma once

#include <optional>
#include <string>

#include "net/url.h"

namespace wa::native {

struct ClientAnswer {
  int status = 0;  // 0: no connection, or no answer
  std::string body;
  std::string problem;  // why there is none, in words
};

class HttpClient {
 public:
  // `ca_file` as TlsContext takes it.
  HttpClient(Url base, std::string token, std::string ca_file = {})
      : base_(std::move(base)), token_(std::move(token)), ca_file_(std::move(ca_file)) {}
  ClientAnswer call(const std::string& method, const std::string& target, const std::string& body = {}) const;

 private:
  Url base_;
  std::string token_, ca_file_;
};

}  // namespace wa::native
