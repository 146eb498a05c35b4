// `wuts demo`: the real server with a simulated network on the other end of real sockets, and a webhook receiver.
// Nothing in the product knows that it is a demo.
#pragma once

#include <cstdint>
#include <string>

namespace wa::native {

struct DemoOptions {
  std::uint16_t port = 8080, sim_port = 8081;
  bool once = false;     // run the script, exit; non-zero when something did not happen
  std::string log_level = "error";
};
int demo(const DemoOptions& options);

struct SimServerOptions {
  std::string listen = "127.0.0.1:0", control = "127.0.0.1:0";
  bool quiet = false;
};
int sim_server(const SimServerOptions& options);

}  // namespace wa::native
