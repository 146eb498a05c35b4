// `wuts pair`: links a device to a phone, seen from the terminal. Talks to a running server over its API.
#pragma once

#include <string>

namespace wa::native {

struct PairOptions {
  std::string url = "http://127.0.0.1:8080", token_file, token, device_id, phone, name, ca_file;
};
int pair(const PairOptions& options);  // exit status; says on the terminal what happens

}  // namespace wa::native
