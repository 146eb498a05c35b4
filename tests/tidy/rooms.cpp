// Rooms: folders inside core/client, core/gateway and host-native, and what each may include of its neighbours. Rooms do
// not include rooms; what several need is below them (rows, link, media; http; system) or in a face: a file beside the
// rooms, or a room's contract.h. Below the façades of the gateway nothing of what they publish is known.
#include <algorithm>
#include <array>
#include <map>

#include "tidy/rules.h"

namespace wa::tidy {
namespace {

// The higher sees the lower; rooms of the same height do not see each other.
using Heights = std::map<std::string, int>;

struct Floor {
  std::string folder;   // with '/'
  std::string spelled;  // how an include begins that means it
  Heights heights;
  int others;           // of rooms not named; 0: there are none
};

const std::array<Floor, 3>& floors() {
  static const std::array<Floor, 3> all = {{
      {"core/client/", "client/", {{"rows", 1}, {"link", 2}, {"media", 3}}, 4},
      {"core/gateway/", "gateway/",
       {{"http", 1}, {"webhooks", 2}, {"calls", 2}, {"operations", 3}, {"api", 4}, {"facades", 4}, {"directory", 5}},
       0},
      {"host-native/", "",
       {{"system", 1}, {"store", 2}, {"net", 2}, {"http", 2}, {"files", 3}, {"machines", 4}, {"server", 5}, {"sim", 6},
        {"cli", 7}}, 0},
  }};
  return all;
}

// Beside the rooms and no face: they join the rooms, and nobody but they sees them.
bool joins_rooms(std::string_view path) {
  static const std::set<std::string_view> all = {
      "core/client/client.cpp",   "core/client/client.h",   "core/client/rooms.h",     "core/client/routing.cpp",
      "core/gateway/gateway.cpp", "core/gateway/gateway.h", "core/gateway/routes.cpp", "core/gateway/routes.h"};
  return all.count(path) != 0;
}

// What machines may see of the store: what stands above every backend, and the seam itself; no backend.
const std::set<std::string_view> kStoreSeam = {"host-native/store/committer.h", "host-native/store/device_view.h",
                                               "host-native/store/store_backend.h"};

// Published shapes stop at the façade: names in JSON, shapes of answers and texts.
const std::set<std::string_view> kShapes = {
    "gateway/http/fields.h", "gateway/http/json.h",  "gateway/http/json_text.h",
    "gateway/http/pages.h",  "gateway/http/reply.h", "gateway/webhooks/published/row.h"};

bool below_facades(const File& file) {
  if (file.under("core/gateway/operations/") || file.under("core/gateway/calls/")) return true;
  return file.under("core/gateway/webhooks/") && !file.under("core/gateway/webhooks/published/");
}

bool is_shape(const File& file, const Include& include) {
  if (include.target.starts_with("nlohmann/")) return true;
  const bool signs = file.path == "core/gateway/webhooks/signature.cpp";  // what is signed is the text as it is written
  return kShapes.count(include.target) != 0 && !(signs && include.target == "gateway/http/json_text.h");
}

constexpr std::size_t kTopMax = 12;
struct Top { const char* folder; std::size_t allowed; };
constexpr Top kTops[] = {{"core/client/", kTopMax}, {"core/gateway/", kTopMax}};

const Floor* floor_of(const File& file) {
  const auto found = std::find_if(floors().begin(), floors().end(),
                                  [&](const Floor& floor) { return file.under(floor.folder); });
  return found == floors().end() || file.under("host-native/site/") ? nullptr : &*found;
}

// "" beside the rooms.
std::string room_of(const Floor& floor, const std::string& path) {
  const std::string rest = path.substr(floor.folder.size());
  const std::size_t slash = rest.find('/');
  return slash == std::string::npos ? std::string() : rest.substr(0, slash);
}

bool is_face(const Floor& floor, const std::string& path) {
  return !joins_rooms(path) && (room_of(floor, path).empty() || path.ends_with("/contract.h"));
}

int height_of(const Floor& floor, const std::string& room) {
  const auto named = floor.heights.find(room);
  return named == floor.heights.end() ? floor.others : named->second;
}

// What an include of `file` means on its own floor; "" when it means something else.
std::string meant(const Floor& floor, const Include& include) {
  if (include.system || !include.target.starts_with(floor.spelled)) return {};
  if (include.target.find('/') == std::string::npos) return {};
  return floor.folder + include.target.substr(floor.spelled.size());
}

bool breaks_rooms(const Floor& floor, const std::string& path, const std::string& target) {
  if (joins_rooms(path)) return false;
  if (joins_rooms(target)) return true;
  const std::string room = room_of(floor, path), other = room_of(floor, target);
  if (floor.spelled.empty() && room == "machines" && other == "store") {
    return kStoreSeam.count(target) == 0;
  }
  if (is_face(floor, target)) return false;
  if (is_face(floor, path)) return true;
  return room != other && height_of(floor, other) >= height_of(floor, room);
}

}  // namespace

std::vector<Finding> check_rooms(const File& file, const std::set<std::string>& paths) {
  const Floor* floor = file.is_cpp() ? floor_of(file) : nullptr;
  if (floor == nullptr) return {};
  std::vector<Finding> findings;
  const bool in_core = file.under("core/");
  const std::string room = room_of(*floor, file.path);
  if (room.empty() ? !in_core : height_of(*floor, room) == 0) return {{file.path, 0, "no room of this name"}};
  const bool shapeless = below_facades(file);
  for (const Include& include : includes_of(file)) {
    if (shapeless && is_shape(file, include)) {
      findings.push_back({file.path, include.line, room + " know no published shapes: " + include.target});
      continue;
    }
    const std::string target = meant(*floor, include);
    if (target.empty() || (!in_core && paths.count(target) == 0)) continue;  // core has folders of the same names
    if (!breaks_rooms(*floor, file.path, target)) continue;
    findings.push_back({file.path, include.line, (room.empty() ? "a face" : room) + " may not include " + include.target});
  }
  return findings;
}

std::vector<Finding> check_tops(const std::vector<File>& files) {
  std::vector<Finding> findings;
  for (const Top& top : kTops) {
    const std::string folder = top.folder;
    const auto count = static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [&](const File& file) {
      return file.under(folder) && file.path.find('/', folder.size()) == std::string::npos;
    }));
    if (count > top.allowed) {
      findings.push_back({folder, 0, std::to_string(count) + " files beside the rooms, " +
                                         std::to_string(top.allowed) + " allowed"});
    } else if (count > 0 && count < top.allowed && top.allowed > kTopMax) {
      findings.push_back({folder, 0, "only " + std::to_string(count) + " files beside the rooms: allow no more"});
    }
  }
  return findings;
}

}  // namespace wa::tidy
