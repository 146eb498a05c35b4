#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <functional>

namespace wa::native {
namespace {

struct Flag {
  std::string name, help;
  bool file = false, directory = false, value = false;
};

std::vector<Flag> flags_of(const CLI::App& app) {
  std::vector<Flag> out;
  for (const CLI::Option* option : app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); }))
    for (const std::string& name : option->get_lnames()) {
      const std::string type = option->get_type_size_max() == 0 ? "" : option->get_type_name();
      out.push_back({"--" + name, option->get_description(), type == "FILE", type == "DIR", !type.empty()});
    }
  return out;
}

// Every command, the whole first, with its path: "", "config", "config print".
void visit(const CLI::App& app, const std::string& path,
           const std::function<void(const std::string& path, const CLI::App&)>& see) {
  see(path, app);
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    visit(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), see);
}

std::string quoted(const std::string& text) {  // for single quotes, without what zsh takes for its own
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':') {
      out += std::string("\\") + c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string words_of(const CLI::App& app) {
  std::string out;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    out += command->get_name() + " ";
  for (const Flag& flag : flags_of(app)) out += flag.name + " ";
  return out;
}

std::string paths_pattern(const CLI::App& app) {
  std::string out;
  visit(app, "", [&](const std::string& path, const CLI::App&) {
    if (!path.empty()) out += (out.empty() ? "\"" : "|\"") + path + "\"";
  });
  return out;
}

std::string bash(const CLI::App& app) {
  std::string files, folders, words;
  visit(app, "", [&](const std::string& path, const CLI::App& command) {
    words += "    \"" + path + "\") words=\"" + words_of(command) + "\" ;;\n";
    for (const Flag& flag : flags_of(command)) {
      std::string& list = flag.file ? files : folders;
      if ((flag.file || flag.directory) && ("|" + list + "|").find("|" + flag.name + "|") == std::string::npos)
        list += (list.empty() ? "" : "|") + flag.name;
    }
  });
  return "_wuts() {\n"
         "  local word path=\"\" words=\"\" current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"${path:+$path }$word\" in " + paths_pattern(app) + ") path=\"${path:+$path }$word\" ;; esac\n"
         "  done\n"
         "  case \"$previous\" in\n"
         "    " + files + ") mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n"
         "    " + folders + ") mapfile -t COMPREPLY < <(compgen -d -- \"$current\"); return ;;\n"
         "  esac\n"
         "  case \"$path\" in\n" + words +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -o default -F _wuts wuts\n";
}

std::string zsh(const CLI::App& app) {
  std::string cases;
  visit(app, "", [&](const std::string& path, const CLI::App& command) {
    cases += "    '" + path + "')\n      words_=(";
    for (const CLI::App* one : command.get_subcommands([](const CLI::App*) { return true; }))
      cases += "\n        '" + one->get_name() + ":" + quoted(one->get_description()) + "'";
    for (const Flag& flag : flags_of(command)) cases += "\n        '" + flag.name + ":" + quoted(flag.help) + "'";
    cases += ") ;;\n";
  });
  return "#compdef wuts\n"
         "_wuts() {\n"
         "  local word path_=\"\"\n"
         "  local -a words_\n"
         "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
         "    case \"${path_:+$path_ }$word\" in (" + paths_pattern(app) + ") path_=\"${path_:+$path_ }$word\" ;; esac\n"
         "  done\n"
         "  case \"$path_\" in\n" + cases +
         "  esac\n"
         "  _describe 'wuts' words_ || _files\n"
         "}\n"
         "compdef _wuts wuts\n";
}

std::string fish(const CLI::App& app) {
  std::string out;
  visit(app, "", [&](const std::string& path, const CLI::App& command) {
    std::string condition;
    for (std::size_t at = 0; at < path.size();) {
      const std::size_t end = std::min(path.find(' ', at), path.size());
      condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + path.substr(at, end - at));
      at = end + 1;
    }
    if (path.empty()) condition = "__fish_use_subcommand";
    const std::string head = "complete -c wuts -n '" + condition + "'";
    for (const CLI::App* one : command.get_subcommands([](const CLI::App*) { return true; }))
      out += head + " -f -a " + one->get_name() + " -d '" + quoted(one->get_description()) + "'\n";
    for (const Flag& flag : flags_of(command))
      out += head + " -l " + flag.name.substr(2) + (flag.value ? (flag.file || flag.directory ? " -r -F" : " -x") : " -f") +
             " -d '" + quoted(flag.help) + "'\n";
  });
  return out;
}

}  // namespace

std::string completion(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash(app);
  if (shell == "zsh") return zsh(app);
  if (shell == "fish") return fish(app);
  return "";
}

}  // namespace wa::native
