// What an operator can set: one table of options that drives the flags, the environment, the TOML file, the help and
// `wuts config`. Precedence: flag > environment > systemd credential > file > default. Secrets are never flags.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/egress.h"
#include "client/config.h"
#include "http/host_port.h"
#include "system/log.h"

namespace wa::native {

// texts: may be given more than once, in the environment with commas between. secret: environment only, printed masked.
enum class OptionKind : std::uint8_t { text, texts, number, flag, secret };

struct OptionSpec {
  const char* name;           // "data-dir": flag --data-dir, environment WUTS_DATA_DIR, TOML key data_dir
  OptionKind kind;
  const char* placeholder;    // in the help
  const char* default_value;  // "" means none
  const char* help;
};
std::span<const OptionSpec> option_table();
std::string environment_name(const OptionSpec& option);  // WUTS_…; WA_… is read too, after it
std::string toml_name(const OptionSpec& option);

// Everything that is wrong, one line each.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct OptionValue {
  std::string text;
  std::string origin;  // "flag --listen", "environment WUTS_LISTEN", "credential key", "file /etc/wuts.toml", "default"
};
using OptionValues = std::map<std::string, OptionValue>;
using Environment = std::function<const char*(const char* name)>;

// `flags` holds what was given on the command line, by option name. Throws ConfigError (unreadable file, unknown key).
OptionValues resolve_options(const std::map<std::string, std::string>& flags, const Environment& environment,
                             const std::optional<std::filesystem::path>& file);

// The values, checked and typed.
struct Settings {
  HostPort listen;
  std::optional<HostPort> admin_listen;  // nullopt: off
  std::filesystem::path data_dir, key_file;
  std::string tls_cert, tls_key;
  std::string master_token;  // empty: none configured
  bool webhook_allow_private = false;
  AllowedHosts webhook_allow;
  std::string webhook_ca;
  unsigned threads = 1;
  std::size_t connections_max = 0, connections_per_address = 0;
  std::uint32_t tenant_queue_mib = 0, tenant_files_mib = 4096;
  std::string media_tools = "auto";
  unsigned drain_seconds = 10;
  LogLevel log_level = LogLevel::info;
  log::Format log_format = log::Format::text;
  bool log_redact = true, core_dumps = false;
  std::string wa_url, wa_ca, media_host, media_ca;
  client::Config client;
};
// Variables that look like ours ("WUTS_LISTN=...") and are no option: somebody misspelt one. What an orchestrator sets
// for a service of our name (WUTS_SERVICE_HOST, WUTS_PORT_8080_TCP) is none of these. `environment` ends with nullptr.
std::vector<std::string> unknown_variables(const char* const* environment);

Settings parse_settings(const OptionValues& values);  // throws ConfigError naming every bad option

// A file's token without what is around it, and why it does not do for one that makes tenants ("": it does).
std::string trimmed_token(std::string_view content);
std::string weakness_of(std::string_view token);

std::string print_options(const OptionValues& values, bool show_origin);  // TOML

}  // namespace wa::native
