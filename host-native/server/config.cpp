#include "server/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <set>
#include <thread>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "base/encoding.h"
#include "net/url.h"
#include "store/data_directory.h"

namespace wa::native {
namespace {

constexpr std::uint32_t kTenantQueueMibMin = 64;  // one device has all it can use
constexpr std::uint32_t kTenantFilesMibMin = 16;

using Kind = OptionKind;
constexpr OptionSpec kOptions[] = {
    {"listen", Kind::text, "HOST:PORT", "127.0.0.1:8080", "where the HTTP API listens; port 0 takes a free one"},
    {"admin-listen", Kind::text, "HOST:PORT", "127.0.0.1:9090",
     "where /metrics, /healthz and /readyz are served, without authentication; off: nowhere"},
    {"data-dir", Kind::text, "DIR", "wuts-data", "everything the server keeps; one process at a time"},
    {"key-file", Kind::text, "FILE", "",
     "32-byte key that encrypts the store (default: <data-dir>/key, made at first start)"},
    {"master-token-file", Kind::text, "FILE", "",
     "holds the master token (default: <data-dir>/master-token, made at first start)"},
    {"master-token", Kind::secret, "", "", "the master token itself; from the environment only"},
    {"tls-cert", Kind::text, "FILE", "", "PEM certificate chain: serve HTTPS instead of HTTP"},
    {"tls-key", Kind::text, "FILE", "", "PEM private key of --tls-cert"},
    {"webhook-allow-private", Kind::flag, "", "false",
     "deliver webhooks to private, loopback and link-local addresses too"},
    {"webhook-allow", Kind::texts, "HOST|CIDR", "",
     "deliver webhooks to this private host or network too: n8n, 10.0.0.5, 172.18.0.0/16; may be repeated"},
    {"webhook-ca", Kind::text, "FILE", "", "PEM certificates to trust for webhooks beside the system's"},
    {"threads", Kind::number, "N", "0", "worker threads; 0: one per hardware thread"},
    {"connections-max", Kind::number, "N", "16384",
     "open HTTP connections, at most half the open files; beyond, the oldest idle one makes room"},
    {"connections-per-address", Kind::number, "N", "1024",
     "of them from one address (IPv6: one /64), at most a quarter; 0: no such limit, as behind a proxy"},
    {"tenant-queue-mib", Kind::number, "N", "8192",
     "what messages and webhooks that wait may take, over all devices of a tenant; each gets an equal part when it starts"},
    {"tenant-files-mib", Kind::number, "N", "4096",
     "what files of a tenant that are sent or received just now may take on the disk; 256 MiB of it stay free"},
    {"media-tools", Kind::text, "auto|off|DIR", "auto",
     "FFmpeg's programs, for thumbnails and conversions: those on PATH, none, or those in a folder"},
    {"drain-seconds", Kind::number, "N", "10", "how long requests may still take after SIGTERM; a second one exits at once"},
    {"log-level", Kind::text, "LEVEL", "info", "debug, info, warning or error"},
    {"log-format", Kind::text, "FORMAT", "text", "text or json"},
    {"log-redact", Kind::flag, "", "true", "hash ids and numbers of people in the log"},
    {"core-dumps", Kind::flag, "", "false", "let the system keep the memory of a crash, which holds keys, and debuggers attach"},
    {"wa-url", Kind::text, "URL", "wss://web.whatsapp.com/ws/chat", "WebSocket of the service (wss:// or ws://)"},
    {"wa-ca", Kind::text, "FILE", "", "PEM certificates to trust for --wa-url instead of the system's"},
    {"wa-root-key", Kind::text, "HEX", "", "root public key of the service's certificate chain (default: production)"},
    {"wa-root-serial", Kind::number, "N", "0", "serial that the root key is known by"},
    {"wa-check-dates", Kind::flag, "", "true", "check the dates in the service's certificate chain"},
    {"wa-version", Kind::text, "A.B.C", "", "application version to present (default: built in)"},
    {"wa-device-name", Kind::text, "NAME", "", "name shown under Linked devices (default: built in)"},
    {"media-host", Kind::text, "HOST[:PORT]", "",
     "ask this host for media files (http://HOST for tests; default: the service's hosts)"},
    {"media-ca", Kind::text, "FILE", "", "PEM certificates to trust for media hosts instead of the system's"},
};

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool parse_flag(std::string_view text, bool& out) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return out = true, true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return out = false, true;
  return false;
}

std::string toml_text(const toml::node& node) {
  if (const auto value = node.value_exact<std::string>()) return *value;
  if (const auto value = node.value_exact<bool>()) return *value ? "true" : "false";
  if (const auto value = node.value_exact<std::int64_t>()) return std::to_string(*value);
  if (const toml::array* list = node.as_array()) {
    std::string out;
    for (const toml::node& entry : *list) out += (out.empty() ? "" : ",") + toml_text(entry);
    return out;
  }
  throw ConfigError("must be a string, a number or a boolean");
}

// What systemd's LoadCredential= may hand over, by the credential's name.
constexpr std::pair<const char*, const char*> kCredentials[] = {
    {"master-token", "master-token-file"}, {"key", "key-file"}, {"tls-cert", "tls-cert"}, {"tls-key", "tls-key"}};

void read_credentials(const char* directory, OptionValues& values) {
  if (directory == nullptr) return;
  for (const auto& [name, option] : kCredentials) {
    const auto file = std::filesystem::path(directory) / name;
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) values[option] = {file.string(), std::string("credential ") + name};
  }
}

void read_file(const std::filesystem::path& file, OptionValues& values) {
  std::error_code ignored;  // whatever else is wrong with it is said below
  if (std::filesystem::is_directory(file, ignored)) throw ConfigError("cannot read " + file.string() + ": it is a directory");
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& problem) {
    throw ConfigError("cannot read " + file.string() + ": " + std::string(problem.description()));
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const auto option = std::ranges::find_if(kOptions, [&](const OptionSpec& o) { return toml_name(o) == name; });
    const std::string where = file.string() + ": " + name;
    if (option == std::end(kOptions)) throw ConfigError(where + ": unknown option");
    if (option->kind == Kind::secret) throw ConfigError(where + ": set this by the environment or a file of its own");
    try {
      values[option->name] = {toml_text(node), "file " + file.string()};
    } catch (const ConfigError& problem) {
      throw ConfigError(where + ": " + problem.what());
    }
  }
}

// Collects every problem, so that an operator repairs all of them at once.
class Reader {
 public:
  explicit Reader(const OptionValues& values) : values_(values) {}
  const std::string& text_of(const char* name) const { return values_.at(name).text; }
  void problem(const char* name, const std::string& what) {
    problems_ +=
        (problems_.empty() ? "" : "\n") + std::string("--") + name + " (" + values_.at(name).origin + "): " + what;
  }
  template <class Number>
  bool number_of(const char* name, Number& out) {
    const bool good = parse_number(text_of(name), out);
    if (!good) problem(name, "must be a number");
    return good;
  }
  void flag_of(const char* name, bool& out) {
    if (!parse_flag(text_of(name), out)) problem(name, "must be true or false");
  }
  void finish() const {
    if (!problems_.empty()) throw ConfigError(problems_);
  }

 private:
  const OptionValues& values_;
  std::string problems_;
};

void parse_webhook_hosts(Reader& reader, Settings& out) {
  std::string_view rest = reader.text_of("webhook-allow");
  while (!rest.empty()) {
    std::string_view entry = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    while (!entry.empty() && entry.front() == ' ') entry.remove_prefix(1);
    while (!entry.empty() && entry.back() == ' ') entry.remove_suffix(1);
    if (!entry.empty() && !out.webhook_allow.add(entry))
      reader.problem("webhook-allow",
                     "\"" + std::string(entry) + "\" is no host name, address or network such as 10.0.0.0/8");
  }
  out.webhook_ca = reader.text_of("webhook-ca");
}

void parse_service(Reader& reader, Settings& out) {
  out.wa_url = reader.text_of("wa-url");
  const auto url = parse_url(out.wa_url);
  if (!url || (url->scheme != "ws" && url->scheme != "wss")) reader.problem("wa-url", "must be a ws:// or wss:// URL");
  out.wa_ca = reader.text_of("wa-ca");
  out.media_host = reader.text_of("media-host");
  out.media_ca = reader.text_of("media-ca");
  client::Config& client = out.client;
  if (const std::string& hex_key = reader.text_of("wa-root-key"); !hex_key.empty()) {
    const auto key = from_hex(hex_key);
    if (key && key->size() == 32) {
      client.certificates.root_key = array_of<32>(*key);
    } else {
      reader.problem("wa-root-key", "must be 64 hex digits");
    }
  }
  reader.number_of("wa-root-serial", client.certificates.root_serial);
  reader.flag_of("wa-check-dates", client.certificates.check_dates);
  if (const std::string& name = reader.text_of("wa-device-name"); !name.empty()) client.device_name = name;
  if (std::string_view rest = reader.text_of("wa-version"); !rest.empty()) {
    bool good = true;
    for (int i = 0; i < 3; ++i) {
      const auto dot = i < 2 ? rest.find('.') : rest.size();
      good = good && dot != std::string_view::npos && parse_number(rest.substr(0, dot), client.app_version[i]);
      rest = good && dot < rest.size() ? rest.substr(dot + 1) : std::string_view();
    }
    if (!good) reader.problem("wa-version", "must look like 2.3000.1045649367");
  }
}

void parse_master_token(Reader& reader, Settings& out) {
  out.master_token = reader.text_of("master-token");
  const char* origin = out.master_token.empty() ? "master-token-file" : "master-token";
  const std::string& file = reader.text_of("master-token-file");
  if (out.master_token.empty() && file.empty()) return;
  try {
    if (out.master_token.empty()) out.master_token = trimmed_token(read_secret_file(file, "the file"));
    if (const std::string weak = weakness_of(out.master_token); !weak.empty()) reader.problem(origin, weak);
  } catch (const StoreError& problem) {
    reader.problem(origin, problem.what());
  }
}

// The server of a group may read it, as Debian's ssl-cert does; everybody may not.
void check_tls_key(Reader& reader, const Settings& settings) {
  std::error_code absent;
  const auto mode = std::filesystem::status(settings.tls_key, absent).permissions();
  if (!absent && (mode & std::filesystem::perms::others_all) != std::filesystem::perms::none)
    reader.problem("tls-key", settings.tls_key + " can be read by everybody: chmod 640 it");
}

}  // namespace

std::span<const OptionSpec> option_table() { return kOptions; }

std::string environment_name(const OptionSpec& option) {
  std::string out = "WUTS_";
  for (const char* c = option.name; *c != 0; ++c)
    out += *c == '-' ? '_' : static_cast<char>(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
  return out;
}

std::string toml_name(const OptionSpec& option) {
  std::string out = option.name;
  std::ranges::replace(out, '-', '_');
  return out;
}

OptionValues resolve_options(const std::map<std::string, std::string>& flags, const Environment& environment,
                             const std::optional<std::filesystem::path>& file) {
  OptionValues values;
  for (const OptionSpec& option : kOptions) values[option.name] = {option.default_value, "default"};
  if (file) read_file(*file, values);
  read_credentials(environment("CREDENTIALS_DIRECTORY"), values);
  for (const OptionSpec& option : kOptions) {
    const std::string name = environment_name(option), short_name = "WA_" + name.substr(5);
    for (const std::string& one : {short_name, name})
      if (const char* value = environment(one.c_str())) values[option.name] = {value, "environment " + one};
    if (const auto flag_value = flags.find(option.name); flag_value != flags.end())
      values[option.name] = {flag_value->second, std::string("flag --") + option.name};
  }
  return values;
}

std::vector<std::string> unknown_variables(const char* const* environment) {
  std::vector<std::string> out;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    const std::string name(entry.substr(0, entry.find('=')));
    if (!name.starts_with("WUTS_")) continue;
    bool known = name == "WUTS_CONFIG" || name == "WUTS_TOKEN" || name == "WUTS_PORT";
    known = known || name.starts_with("WUTS_PORT_") || name.starts_with("WUTS_SERVICE_");
    for (const OptionSpec& option : kOptions) known = known || name == environment_name(option);
    if (!known) out.push_back(name);
  }
  return out;
}

Settings parse_settings(const OptionValues& values) {
  Reader reader(values);
  Settings out;
  if (const auto listen = parse_host_port(reader.text_of("listen"))) {
    out.listen = *listen;
  } else {
    reader.problem("listen", "must be HOST:PORT");
  }
  if (const std::string& text = reader.text_of("admin-listen"); text != "off") {
    out.admin_listen = parse_host_port(text);
    if (!out.admin_listen) reader.problem("admin-listen", "must be HOST:PORT or off");
  }
  out.data_dir = reader.text_of("data-dir");
  if (out.data_dir.empty()) reader.problem("data-dir", "must not be empty");
  out.key_file = reader.text_of("key-file");
  out.tls_cert = reader.text_of("tls-cert");
  out.tls_key = reader.text_of("tls-key");
  if (out.tls_cert.empty() != out.tls_key.empty())
    reader.problem("tls-cert", "--tls-cert and --tls-key belong together");
  if (!out.tls_key.empty()) check_tls_key(reader, out);
  parse_master_token(reader, out);
  parse_webhook_hosts(reader, out);
  reader.flag_of("webhook-allow-private", out.webhook_allow_private);
  reader.number_of("threads", out.threads);
  if (out.threads > 256) reader.problem("threads", "must be 0 to 256");
  if (out.threads == 0) out.threads = std::max(1u, std::thread::hardware_concurrency());
  if (reader.number_of("connections-max", out.connections_max) && out.connections_max == 0)
    reader.problem("connections-max", "must be at least 1");
  reader.number_of("connections-per-address", out.connections_per_address);
  if (reader.number_of("tenant-queue-mib", out.tenant_queue_mib) && out.tenant_queue_mib < kTenantQueueMibMin)
    reader.problem("tenant-queue-mib", "must be at least " + std::to_string(kTenantQueueMibMin));
  if (reader.number_of("tenant-files-mib", out.tenant_files_mib) && out.tenant_files_mib < kTenantFilesMibMin)
    reader.problem("tenant-files-mib", "must be at least " + std::to_string(kTenantFilesMibMin));
  out.media_tools = reader.text_of("media-tools");
  if (const std::string& where = out.media_tools; where != "auto" && where != "off" && !where.starts_with('/'))
    reader.problem("media-tools", "must be auto, off or the absolute path of a folder");
  reader.number_of("drain-seconds", out.drain_seconds);
  if (out.drain_seconds > 3600) reader.problem("drain-seconds", "must be 0 to 3600");
  if (!log::parse_level(reader.text_of("log-level"), out.log_level))
    reader.problem("log-level", "must be debug, info, warning or error");
  const std::string& format = reader.text_of("log-format");
  if (format != "text" && format != "json") reader.problem("log-format", "must be text or json");
  reader.flag_of("log-redact", out.log_redact);
  reader.flag_of("core-dumps", out.core_dumps);
  out.log_format = format == "json" ? log::Format::json : log::Format::text;
  parse_service(reader, out);
  reader.finish();
  return out;
}

std::string trimmed_token(std::string_view content) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = content.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(content.substr(begin, content.find_first_of(kSpace, begin) - begin));
}

namespace {

// Three quarters of the characters follow each other in the alphabet or in counting, forwards or backwards: of random hex
// digits a fifth do.
bool in_order(std::string_view token) {
  std::size_t next = 0;
  for (std::size_t i = 1; i < token.size(); ++i) next += std::abs(token[i] - token[i - 1]) <= 1 ? 1 : 0;
  return 4 * next >= 3 * (token.size() - 1);
}

bool repeats(std::string_view token) {
  for (std::size_t length = 1; length <= token.size() / 2; ++length)
    if (token.substr(length) == token.substr(0, token.size() - length)) return true;
  return false;
}

}  // namespace

// Random ones pass by far: 24 hex digits have 12 different ones, and words are found in none of them.
std::string weakness_of(std::string_view token) {
  constexpr std::size_t kCharsMin = 24, kDifferentMin = 8;
  constexpr std::string_view kKnown[] = {"change", "default", "example", "master", "password", "secret", "token", "wuts",
                                         "123456", "abcdef0", "qwerty"};
  std::string lower(token);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const std::string advice = "; leave it out, and a random one is made, or take `openssl rand -hex 32`";
  if (token.empty()) return "is empty" + advice;
  if (token.size() < kCharsMin) return "is shorter than " + std::to_string(kCharsMin) + " characters and can be guessed" + advice;
  if (std::set<char>(lower.begin(), lower.end()).size() < kDifferentMin || repeats(lower))
    return "repeats itself and can be guessed" + advice;
  if (in_order(lower)) return "is in the order of the alphabet or of counting and can be guessed" + advice;
  for (const std::string_view word : kKnown)
    if (lower.find(word) != std::string::npos) return "holds a word and can be guessed" + advice;
  return "";
}

std::string print_options(const OptionValues& values, bool show_origin) {
  std::string out;
  for (const OptionSpec& option : kOptions) {
    const OptionValue& value = values.at(option.name);
    std::string line;
    if (option.kind == Kind::secret) {
      line = "# " + toml_name(option) + (value.text.empty() ? " is not set" : " is set");
    } else {
      line = toml_name(option) + " = ";
      if (option.kind == Kind::text || option.kind == Kind::texts) {
        line += '"';
        for (const char c : value.text) line += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
        line += '"';
      } else {
        line += value.text;
      }
    }
    if (show_origin) line += std::string(line.size() < 56 ? 56 - line.size() : 1, ' ') + "# " + value.origin;
    out += line + "\n";
  }
  return out;
}

}  // namespace wa::native
