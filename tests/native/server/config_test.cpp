// Where a value comes from, and what is refused.
#include <catch2/catch.hpp>
#include <fstream>

#include "server/config.h"
#include "native/support.h"

using namespace wa::native;

namespace {

const Environment kEmpty = [](const char*) -> const char* { return nullptr; };

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> const char* {
    const auto found = values.find(name);
    return found == values.end() ? nullptr : found->second.c_str();
  };
}

std::filesystem::path write_file(const wa::native_test::TemporaryDirectory& directory, const std::string& content) {
  const auto path = directory.path() / "wuts.toml";
  std::ofstream(path) << content;
  return path;
}

std::string problem_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ConfigError& problem) {
    return problem.what();
  }
  return "";
}

}  // namespace

TEST_CASE("hosts that webhooks may go to beside public ones: as often as wanted, from everywhere") {
  const auto allowed = [](const std::string& text) {
    return parse_settings(resolve_options({{"webhook-allow", text}}, kEmpty, std::nullopt)).webhook_allow;
  };
  CHECK(allowed("n8n, 172.18.0.0/16,fd00::/8").has_name("n8n"));
  CHECK(allowed("n8n, 172.18.0.0/16,fd00::/8").has_ipv4(0xAC120909));
  CHECK_FALSE(allowed("n8n").any_network());
  CHECK_FALSE(allowed("").has_name(""));
  CHECK_THROWS_WITH(allowed("n8n,172.18.0.0/99"), Catch::Contains("172.18.0.0/99"));
  wa::native_test::TemporaryDirectory directory;
  std::ofstream(directory.path() / "w.toml") << "webhook_allow = [\"n8n\", \"10.0.0.0/8\"]\n";
  const auto values = resolve_options({}, kEmpty, directory.path() / "w.toml");
  CHECK(values.at("webhook-allow").text == "n8n,10.0.0.0/8");
}

TEST_CASE("flag > environment > file > default") {
  wa::native_test::TemporaryDirectory directory;
  const auto file =
      write_file(directory, "listen = \"10.0.0.1:1\"\nthreads = 3\nlog_level = \"debug\"\nwa_check_dates = false\n");
  const auto environment = environment_of({{"WUTS_LISTEN", "10.0.0.2:2"}, {"WUTS_THREADS", "4"}});
  const OptionValues values = resolve_options({{"listen", "10.0.0.3:3"}}, environment, file);
  struct Row { const char *option, *text, *origin; };
  const std::string from_file = "file " + file.string();
  const Row rows[] = {{"listen", "10.0.0.3:3", "flag --listen"},
                      {"threads", "4", "environment WUTS_THREADS"},
                      {"log-level", "debug", from_file.c_str()},
                      {"data-dir", "wuts-data", "default"}};
  for (const Row& row : rows) {
    INFO(row.option);
    CHECK(values.at(row.option).text == row.text);
    CHECK(values.at(row.option).origin == row.origin);
  }
  const Settings settings = parse_settings(values);
  CHECK(settings.listen.host == "10.0.0.3");
  CHECK(settings.threads == 4);
  CHECK_FALSE(settings.client.certificates.check_dates);
  CHECK(settings.log_level == wa::LogLevel::debug);
}

TEST_CASE("every option has a flag, an environment name and a TOML name, and secrets are not flags") {
  const OptionValues values =
      resolve_options({}, environment_of({{"WUTS_MASTER_TOKEN", "k9Qw-2xV7-s3cr-Zp41-mN8u-Rt6y"}}), std::nullopt);
  const std::string printed = print_options(values, true);
  for (const OptionSpec& option : option_table()) {
    CHECK(environment_name(option).starts_with("WUTS_"));
    CHECK(printed.find(toml_name(option)) != std::string::npos);
  }
  CHECK(printed.find("k9Qw") == std::string::npos);
  CHECK(printed.find("environment WUTS_MASTER_TOKEN") != std::string::npos);
  CHECK(parse_settings(values).master_token == "k9Qw-2xV7-s3cr-Zp41-mN8u-Rt6y");
}

TEST_CASE("what is printed can be read back") {
  wa::native_test::TemporaryDirectory directory;
  const OptionValues values = resolve_options(
      {{"data-dir", "/tmp/a \"quoted\" dir\\"}, {"webhook-allow-private", "true"}}, kEmpty, std::nullopt);
  const OptionValues again = resolve_options({}, kEmpty, write_file(directory, print_options(values, false)));
  for (const OptionSpec& option : option_table()) CHECK(again.at(option.name).text == values.at(option.name).text);
}

TEST_CASE("all bad options are named at once") {
  const std::string problem = problem_of([] {
    parse_settings(resolve_options({{"listen", "nowhere"},
                                    {"wa-url", "http://x"},
                                    {"wa-root-key", "zz"},
                                    {"threads", "many"},
                                    {"connections-max", "0"},
                                    {"tenant-queue-mib", "1"},
                                    {"wa-version", "2.3000"},
                                    {"log-level", "loud"},
                                    {"log-format", "xml"},
                                    {"tls-cert", "only.pem"}},
                                   kEmpty, std::nullopt));
  });
  for (const char* option : {"--listen", "--wa-url", "--wa-root-key", "--threads", "--connections-max", "--tenant-queue-mib", "--wa-version", "--log-level",
                             "--log-format", "--tls-cert"}) {
    INFO(option);
    CHECK(problem.find(option) != std::string::npos);
  }
}

TEST_CASE("files with mistakes are refused") {
  wa::native_test::TemporaryDirectory directory;
  struct Row { const char *name, *content, *expected; };
  const Row rows[] = {{"unknown option", "lisen = \"x\"", "unknown option"},
                      {"not TOML", "listen = ", "cannot read"},
                      {"a secret", "master_token = \"x\"", "environment"},
                      {"a table", "[listen]\nx = 1", "must be a string"}};
  for (const Row& row : rows) {
    INFO(row.name);
    const auto file = write_file(directory, row.content);
    CHECK_THAT(problem_of([&] { resolve_options({}, kEmpty, file); }), Catch::Contains(row.expected));
  }
  CHECK_FALSE(problem_of([&] { resolve_options({}, kEmpty, directory.path() / "absent.toml"); }).empty());
  CHECK_THAT(problem_of([&] { resolve_options({}, kEmpty, directory.path()); }), Catch::Contains("it is a directory"));
}

TEST_CASE("a master token that can be guessed, or that others can read, is refused with what to do") {
  wa::native_test::TemporaryDirectory directory;
  const auto with = [](const std::string& token) {
    return problem_of([&] { parse_settings(resolve_options({}, environment_of({{"WUTS_MASTER_TOKEN", token}}), std::nullopt)); });
  };
  for (const char* weak : {"x", "change-me", "master-token", "0123456789abcdef0123456", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Change-Me-Now-Please-Really-1234",
                           "my-very-long-PASSWORD-for-wuts-2026", "abababababababababababababababab",
                           "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "012345678901234567890123456789",
                           "98765432109876543210987654", "acegikmoacegikmoacegikmo"}) {
    INFO(weak);
    CHECK_THAT(with(weak), Catch::Contains("openssl rand -hex 32"));
  }
  const std::string good = "6f1d2c9e-7b34-4a58-8e0f-93d5a1c2b7e4";
  CHECK(with(good).empty());
  const auto file = directory.path() / "token";
  std::ofstream(file) << good << "\n";
  const auto read = [&] {
    return problem_of([&] {
      const auto settings = parse_settings(resolve_options({{"master-token-file", file.string()}}, kEmpty, std::nullopt));
      if (settings.master_token != good) throw std::runtime_error("another token");
    });
  };
  using std::filesystem::perms;
  for (const perms open : {perms::others_read, perms::group_read}) {
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write | open);
    CHECK_THAT(read(), Catch::Contains("chmod 600"));
  }
  std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
  CHECK(read().empty());
  std::ofstream(file) << "short\n";
  CHECK_THAT(read(), Catch::Contains("openssl rand -hex 32"));
  std::ofstream(file) << "";
  CHECK_THAT(read(), Catch::Contains("is empty"));
}

TEST_CASE("a TLS key that everybody can read is refused") {
  wa::native_test::TemporaryDirectory directory;
  const auto key = directory.path() / "key.pem";
  std::ofstream(key) << "-";
  const auto read = [&] {
    return problem_of([&] { parse_settings(resolve_options({{"tls-cert", "c"}, {"tls-key", key.string()}}, kEmpty, std::nullopt)); });
  };
  std::filesystem::permissions(key, std::filesystem::perms(0644));
  CHECK_THAT(read(), Catch::Contains("chmod 640"));
  std::filesystem::permissions(key, std::filesystem::perms(0640));
  CHECK(read().empty());
}

TEST_CASE("addresses and versions") {
  CHECK(parse_host_port("[::1]:80")->host == "::1");
  CHECK_FALSE(parse_host_port("127.0.0.1").has_value());
  CHECK_FALSE(parse_host_port(":80").has_value());
  CHECK_FALSE(parse_host_port("a:70000").has_value());
  const Settings settings =
      parse_settings(resolve_options({{"wa-version", "2.3000.5"}, {"wa-root-serial", "7"}}, kEmpty, std::nullopt));
  CHECK(settings.client.app_version[1] == 3000);
  CHECK(settings.client.app_version[2] == 5);
  CHECK(settings.client.certificates.root_serial == 7);
}

TEST_CASE("variables that are nearly options are named") {
  const char* environment[] = {"WUTS_LISTEN=127.0.0.1:1", "WUTS_LISTN=1", "WUTS_CONFIG=x", "WUTS_TOKEN=x", "PATH=/bin",
                               "WUTS_SERVICE_HOST=10.0.0.1", "WUTS_PORT=tcp://10.0.0.1:80", "WUTS_PORT_80_TCP=x",
                               "WUTS_=1", "WUTS_MASTER_TOKEN=x", "WUTS_admin_listen=x", nullptr};
  CHECK(unknown_variables(environment) == std::vector<std::string>{"WUTS_LISTN", "WUTS_", "WUTS_admin_listen"});
  CHECK(unknown_variables(nullptr).empty());
}
