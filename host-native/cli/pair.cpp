#include "cli/pair.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/qr_terminal.h"
#include "net/http_client.h"
#include "server/config.h"
#include "store/data_directory.h"

namespace wa::native {
namespace {

using nlohmann::json;
constexpr auto kPoll = std::chrono::seconds(1);

struct PairProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

json parsed(const std::string& body) {
  json out = json::parse(body, nullptr, false);
  return out.is_object() ? out : json::object();
}

// The published answers wrap some results in "data"; both forms are understood.
const json& inner(const json& answer) {
  return answer.contains("data") && answer["data"].is_object() ? answer["data"] : answer;
}

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::string read_token(const PairOptions& options) {
  if (!options.token.empty()) return options.token;
  if (options.token_file.empty()) {
    const char* token = std::getenv("WUTS_TOKEN");
    if (token == nullptr) throw PairProblem("give --token-file, or set WUTS_TOKEN");
    return token;
  }
  const std::string token = trimmed_token(read_secret_file(options.token_file, "token file"));
  if (token.empty()) throw PairProblem("token file " + options.token_file + " is empty");
  return token;
}

class Pairing {
 public:
  Pairing(HttpClient client, const PairOptions& options) : client_(std::move(client)), options_(options) {}

  int run() {
    device_ = options_.device_id.empty() ? find_or_make_device() : options_.device_id;
    std::cout << "device " << device_ << "\n" << std::flush;
    std::string shown;
    bool said_linked = false;
    for (bool code_shown = false;;) {
      const json now = status();
      if (text_at(now, "status") == "passkey_required")
        throw PairProblem("this account asks for a passkey on the phone; it cannot be linked this way");
      if (flag_at(now, "connected")) return done();
      if (flag_at(now, "is_logged_in")) {
        if (!said_linked) std::cout << "linked, logging in ...\n" << std::flush;
        said_linked = true;
      } else if (options_.phone.empty()) {
        show_qr(shown);
      } else if (!code_shown) {
        show_code();
        code_shown = true;
      }
      std::this_thread::sleep_for(kPoll);
    }
  }

 private:
  json require(const char* method, const std::string& target, const std::string& body,
               std::initializer_list<int> good) {
    const ClientAnswer answer = client_.call(method, target, body);
    if (answer.status == 0) throw PairProblem(answer.problem);
    for (const int status : good)
      if (answer.status == status) return parsed(answer.body);
    if (answer.status == 401) throw PairProblem("the server does not know this token");
    const std::string why = text_at(parsed(answer.body), "error");
    throw PairProblem(std::string(method) + " " + target.substr(0, target.find('?')) + ": " +
                      (why.empty() ? "status " + std::to_string(answer.status) : why));
  }

  std::string find_or_make_device() {
    const json list = require("GET", "/devices", "", {200});
    for (const auto* name : {"devices", "data"})
      if (const auto found = list.find(name); found != list.end() && found->is_array())
        for (const json& device : *found)
          if (const std::string id = text_at(device, "id"); !id.empty()) return id;
    const json made =
        require("POST", "/devices", json{{"name", options_.name.empty() ? "wuts" : options_.name}}.dump(), {200, 201});
    const std::string id = text_at(made.contains("device") ? made["device"] : inner(made), "id");
    if (id.empty()) throw PairProblem("the server did not say which device it made");
    return id;
  }

  json status() { return inner(require("GET", "/status?device_id=" + device_, "", {200})); }

  void show_code() {
    const json answer =
        require("POST", "/paircode", json{{"device_id", device_}, {"phone", options_.phone}}.dump(), {200, 201});
    std::cout << "\nOn the phone: Linked devices > Link a device > Link with phone number instead\n\n    "
              << text_at(inner(answer), "code") << "\n\nwaiting for the phone ...\n"
              << std::flush;
  }

  // The server answers with the code shown now, and starts the link when there is none. 409: just paired; 504: no code
  // yet.
  void show_qr(std::string& shown) {
    const json answer = require("GET", "/qr?device_id=" + device_, "", {200, 409, 504});
    const std::string text = text_at(inner(answer), "qr_code");
    if (text.empty() || text == shown) return;
    if (!shown.empty() && ::isatty(STDOUT_FILENO)) std::cout << "\x1b[H\x1b[2J";
    shown = text;
    std::cout << "\nOn the phone: Linked devices > Link a device\n\n"
              << qr_terminal(text) << "\nwaiting for the phone ...\n"
              << std::flush;
  }

  int done() {
    std::cout << "paired\n" << std::flush;
    return 0;
  }

  HttpClient client_;
  PairOptions options_;
  std::string device_;
};

}  // namespace

int pair(const PairOptions& options) {
  try {
    const auto url = parse_url(options.url);
    if (!url || !url->scheme.starts_with("http")) throw PairProblem("--url must be an http:// or https:// URL");
    return Pairing(HttpClient(*url, read_token(options), options.ca_file), options).run();
  } catch (const PairProblem& problem) {
    std::cerr << "wuts pair: " << problem.what() << "\n";
  } catch (const StoreError& problem) {  // of the token file
    std::cerr << "wuts pair: " << problem.what() << "\n";
  }
  return 1;
}

}  // namespace wa::native
