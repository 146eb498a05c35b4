// The command line: one subcommand each. Exit status 0 success, 1 it failed, 2 wrong usage or configuration.
#include <sodium.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/completion.h"
#include "cli/demo.h"
#include "cli/pair.h"
#include "net/http_client.h"
#include "server/config.h"
#include "server/server.h"
#include "store/data_directory.h"
#include "store/sqlite_backup.h"
#include "system/service_manager.h"

namespace {

using namespace wa::native;

// The flags of the option table, for one subcommand.
struct ConfigFlags {
  std::map<std::string, std::string> given;
  std::string file;

  void add_to(CLI::App& command) {
    command.add_option("--config", file, "TOML file with any of these options (names with _ instead of -)")
        ->type_name("FILE")
        ->envname("WUTS_CONFIG");
    for (const OptionSpec& option : option_table()) {
      if (option.kind == OptionKind::secret) continue;
      const std::string name = option.name;
      std::string help = option.help;
      if (*option.default_value != 0) help += std::string(" [") + option.default_value + "]";
      help += " (" + environment_name(option) + ")";
      if (option.kind == OptionKind::flag) {
        // The one that changes something is shown; the other may undo what the environment or the file says.
        const bool on = std::string_view(option.default_value) == "true";
        command
            .add_flag_callback(
                "--" + name, [this, name] { given[name] = "true"; }, help)
            ->group(on ? "" : "Options");
        command.add_flag_callback("--no-" + name, [this, name] { given[name] = "false"; }, "do not " + help)
            ->group(on ? "Options" : "");
      } else if (option.kind == OptionKind::texts) {
        command
            .add_option_function<std::vector<std::string>>(
                "--" + name,
                [this, name](const std::vector<std::string>& values) {
                  std::string& all = given[name];
                  for (const std::string& value : values) all += (all.empty() ? "" : ",") + value;
                },
                help)
            ->type_name(option.placeholder)
            ->allow_extra_args(false);
      } else {
        command
            .add_option_function<std::string>(
                "--" + name, [this, name](const std::string& value) { given[name] = value; }, help)
            ->type_name(option.placeholder);
      }
    }
  }
  OptionValues values() const {
    const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
    return resolve_options(given, environment,
                           file.empty() ? std::nullopt : std::optional<std::filesystem::path>(file));
  }
};

constexpr const char* kNoSuchOption = "no option has this name: wuts serve --help lists them";

int serve(const ConfigFlags& flags) {
  const Settings settings = parse_settings(flags.values());
  log::configure(settings.log_level, settings.log_format, settings.log_redact);
  if (!settings.core_dumps) keep_memory_private();
  for (const std::string& name : unknown_variables(environ))
    log::warning("server.unknown_variable", {{"name", name}, {"advice", kNoSuchOption}});
  Server server(settings);
  server.stop_on_signals();
  if (server.admin_port() != 0)
    std::cout << "metrics and health on " << settings.admin_listen->host << ":" << server.admin_port() << "\n";
  std::cout << "listening on " << server.base_url() << "\n";
  if (!server.master_token_file().empty())
    std::cout << "master token in " << server.master_token_file().string() << "\n";
  std::cout << std::flush;
  server.wait();
  return 0;
}

// For the HEALTHCHECK of a container.
int healthcheck(const ConfigFlags& flags, bool ready) {
  const Settings settings = parse_settings(flags.values());
  if (!settings.admin_listen) throw ConfigError("--admin-listen is off: there is nobody to ask");
  std::string host = settings.admin_listen->host;
  if (host == "0.0.0.0" || host == "::") host = host == "::" ? "::1" : "127.0.0.1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  const HttpClient client(*parse_url("http://" + host + ":" + std::to_string(settings.admin_listen->port)), "");
  const ClientAnswer answer = client.call("GET", ready ? "/readyz" : "/healthz");
  std::cout << (answer.status == 0 ? answer.problem : answer.body) << "\n";
  return answer.status == 200 ? 0 : 1;
}

int check_config(const ConfigFlags& flags) {
  const OptionValues values = flags.values();
  parse_settings(values);
  std::string problems;
  for (const std::string& name : unknown_variables(environ))
    problems += (problems.empty() ? "" : "\n") + name + " (environment): no option has this name";
  std::error_code ignored;
  if (const auto& [path, origin] = values.at("data-dir");
      std::filesystem::exists(path, ignored) && !std::filesystem::is_directory(path, ignored))
    problems += std::string(problems.empty() ? "" : "\n") + "--data-dir (" + origin + "): is not a directory";
  for (const char* option : {"tls-cert", "tls-key", "wa-ca", "media-ca", "key-file"}) {
    const auto& [file, origin] = values.at(option);
    const bool made_at_start = std::string_view(option) == "key-file";  // but where others may not read it
    const bool folder = std::filesystem::is_directory(file, ignored);
    if (!file.empty() && !made_at_start && (folder || !std::ifstream(file)))
      problems += std::string(problems.empty() ? "" : "\n") + "--" + option + " (" + origin + "): " +
                  (folder ? "is a directory" : "cannot be read");
    if (!made_at_start || !std::filesystem::exists(file, ignored)) continue;
    try {
      load_key(file, false);
    } catch (const StoreError& problem) {
      problems += std::string(problems.empty() ? "" : "\n") + "--key-file (" + origin + "): " + problem.what();
    }
  }
  if (!problems.empty()) throw ConfigError(problems);
  std::cout << "configuration is good\n";
  return 0;
}

constexpr const char* kBackupFooter =
    "A backup holds all devices, tenants, tokens and webhooks, encrypted as in the database, and a seal over all of it:\n"
    "one that was changed is refused. It does not hold the key file, without which neither works, nor master-token: keep\n"
    "these apart from it, e.g.\n\n"
    "  wuts backup --data-dir data copy.db && cp data/key somewhere-else/\n\n"
    "Restore the newest one only: what a device sent and received since is forgotten, and with it the state of its\n"
    "encrypted sessions; contacts' messages may then need a retry, and a device that was linked since is gone.\n";
constexpr const char* kServeFooter =
    "Every option can also be set by its environment variable, or in the TOML file of --config.\n"
    "Flags win over the environment, which wins over the file.\n\n"
    "The master token is read from WUTS_MASTER_TOKEN or --master-token-file; without either, one is made\n"
    "at first start and kept in <data-dir>/master-token. First steps:\n\n"
    "  wuts serve --data-dir ./data\n"
    "  curl -X POST http://127.0.0.1:8080/register -H \"Authorization: Bearer $(cat data/master-token)\" \\\n"
    "       -d "
    "'{\"tenant_name\":\"me\",\"email\":\"me@example.org\",\"password\":\"change-me-now\",\"role\":\"admin\"}'\n"
    "  wuts pair --token-file <file with the token from the answer>\n";

// What the command line asks for; it outlives the parsing, whose callbacks do it.
struct Asked {
  int status = 0;
  ConfigFlags serve, print, check, health, backup, restore;
  PairOptions pair;
  DemoOptions demo;
  SimServerOptions sim;
  RestoreOptions restore_how;
  std::string backup_file, restore_file, shell;
  bool show_origin = false, ask_ready = false;
};

void add_serve(CLI::App& app, Asked& asked) {
  CLI::App* serve_command = app.add_subcommand("serve", "run the server");
  asked.serve.add_to(*serve_command);
  serve_command->footer(kServeFooter);
  serve_command->callback([&asked] { asked.status = serve(asked.serve); });
}

void add_pair(CLI::App& app, Asked& asked) {
  CLI::App* pair_command =
      app.add_subcommand("pair", "link a device to a phone, by QR code in this terminal or by a code to type");
  pair_command->add_option("--url", asked.pair.url, "base URL of the server [http://127.0.0.1:8080]")
      ->type_name("URL");
  pair_command->add_option("--token-file", asked.pair.token_file, "holds your token, closed to others (or set WUTS_TOKEN)")
      ->type_name("FILE");
  pair_command
      ->add_option("--device-id", asked.pair.device_id,
                   "device to link (default: your first one, made when there is none)")
      ->type_name("ID");
  pair_command->add_option("--phone", asked.pair.phone, "pair by code: the phone's number with country code")
      ->type_name("NUMBER");
  pair_command->add_option("--name", asked.pair.name, "name of a device that is made")->type_name("NAME");
  pair_command->add_option("--ca", asked.pair.ca_file, "PEM certificates to trust for an https:// URL")
      ->type_name("FILE");
  pair_command->callback([&asked] { asked.status = pair(asked.pair); });
}

void add_config(CLI::App& app, Asked& asked) {
  CLI::App* config_command = app.add_subcommand("config", "show or check the configuration");
  config_command->require_subcommand(1);
  CLI::App* print_command = config_command->add_subcommand("print", "print every option as TOML");
  print_command->add_flag("--show-origin", asked.show_origin, "say where each value comes from");
  asked.print.add_to(*print_command);
  print_command->callback([&asked] { std::cout << print_options(asked.print.values(), asked.show_origin); });
  CLI::App* check_command = config_command->add_subcommand("check", "check every option and exit");
  asked.check.add_to(*check_command);
  check_command->callback([&asked] { asked.status = check_config(asked.check); });
}

void add_healthcheck(CLI::App& app, Asked& asked) {
  CLI::App* health_command = app.add_subcommand(
      "healthcheck", "ask the admin port of the server whether it is alive; exit status 0 or 1");
  health_command->add_flag("--ready", asked.ask_ready, "whether it is ready for requests instead");
  asked.health.add_to(*health_command);
  health_command->callback([&asked] { asked.status = healthcheck(asked.health, asked.ask_ready); });
}

void add_backup(CLI::App& app, Asked& asked) {
  CLI::App* backup_command = app.add_subcommand("backup", "copy the database to a new file, also while a server runs");
  backup_command->add_option("FILE", asked.backup_file, "the copy; must not exist")->required()->type_name("");
  asked.backup.add_to(*backup_command);
  backup_command->footer(kBackupFooter);
  backup_command->callback([&asked] {
    const Settings settings = parse_settings(asked.backup.values());
    const std::size_t rows = backup_store(settings.data_dir, settings.key_file, asked.backup_file);
    std::cout << asked.backup_file << ": " << rows << " rows, checked\n";
  });
}

void add_restore(CLI::App& app, Asked& asked) {
  CLI::App* restore_command = app.add_subcommand("restore", "put a backup into the data directory of a stopped server");
  restore_command->add_option("FILE", asked.restore_file, "what `wuts backup` wrote")->required()->type_name("");
  restore_command->add_flag("--replace", asked.restore_how.replace,
                            "when there is a database; it is kept as wuts.db.before-restore");
  restore_command->add_flag("--unsealed", asked.restore_how.unsealed,
                            "a backup of an older version, which cannot show that nothing is missing");
  asked.restore.add_to(*restore_command);
  restore_command->footer(kBackupFooter);
  restore_command->callback([&asked] {
    const Settings settings = parse_settings(asked.restore.values());
    const Restored done = restore_store(settings.data_dir, settings.key_file, asked.restore_file, asked.restore_how);
    if (!done.damage.empty())
      std::cout << "what was there could not be read (" << done.damage << "); it is kept as it was\n";
    if (!done.kept.empty()) std::cout << "the old database is " << done.kept.string() << "\n";
    std::cout << "restored into " << settings.data_dir.string() << "\n";
  });
}

void add_completion(CLI::App& app, Asked& asked) {
  CLI::App* completion_command = app.add_subcommand("completion", "print completions for a shell");
  completion_command->add_option("SHELL", asked.shell, "bash, zsh or fish")
      ->required()
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion_command->callback([&app, &asked] { std::cout << completion(app, asked.shell); });
}

void add_demo(CLI::App& app, Asked& asked) {
  CLI::App* demo_command = app.add_subcommand(
      "demo", "try everything without a phone: the server, a simulated network and a webhook receiver");
  demo_command->add_option("--port", asked.demo.port, "port of the API; 0 takes a free one [8080]")->type_name("N");
  demo_command
      ->add_option("--sim-port", asked.demo.sim_port, "port on which the simulated network takes orders [8081]")
      ->type_name("N");
  demo_command->add_option("--log-level", asked.demo.log_level, "of the server [error]")->type_name("LEVEL");
  demo_command->add_flag("--once", asked.demo.once, "run the script and exit; fails when something did not happen");
  demo_command->callback([&asked] { asked.status = demo(asked.demo); });
}

void add_sim_server(CLI::App& app, Asked& asked) {
  CLI::App* sim_command = app.add_subcommand(
      "sim-server", "only the simulated network, for load tests; prints how to point a server at it");
  sim_command->add_option("--listen", asked.sim.listen, "where devices connect [127.0.0.1:0]")
      ->type_name("HOST:PORT");
  sim_command->add_option("--control", asked.sim.control, "where it takes orders [127.0.0.1:0]")
      ->type_name("HOST:PORT");
  sim_command->add_flag("--quiet", asked.sim.quiet, "do not print what the network sees");
  sim_command->callback([&asked] { asked.status = sim_server(asked.sim); });
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  CLI::App app("WUTS: a WhatsApp gateway. One process holds many linked devices and serves an HTTP API.", "wuts");
  app.set_version_flag("--version", "wuts " WUTS_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(40);
  Asked asked;
  for (const auto add : {add_serve, add_pair, add_config, add_healthcheck, add_backup, add_restore, add_completion,
                         add_demo, add_sim_server})  // in the order of the help
    add(app, asked);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : 2;
  } catch (const ConfigError& problem) {
    std::cerr << "wuts: configuration\n" << problem.what() << "\n";
    return 2;
  } catch (const std::exception& problem) {
    std::cerr << "wuts: " << problem.what() << "\n";
    return 1;
  }
  return asked.status;
}
