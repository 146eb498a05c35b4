// Completions for a shell, from the definition of the command line itself.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace wa::native {

// `shell`: bash, zsh or fish; "" for another.
std::string completion(const CLI::App& app, const std::string& shell);

}  // namespace wa::native
