// tested by unit/gateway/routes_test.cpp
#include "gateway/http/route.h"

namespace wa::gateway {
namespace {

// Segment by segment; a {parameter} takes one segment that is not empty.
bool matches(std::string_view pattern, const std::vector<std::string>& segments, std::vector<std::string>* params) {
  std::size_t used = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(part.size());
    if (used == segments.size()) return false;
    const std::string& segment = segments[used++];
    if (part.front() != '{') {
      if (part != segment) return false;
    } else {
      if (segment.empty()) return false;
      if (params) params->push_back(segment);
    }
  }
  return used == segments.size();
}

}  // namespace

// Within a family literal patterns stand before those with parameters of the same shape: the first match counts.
RouteMatch find_route(std::string_view method, const Target& target) {
  RouteMatch out;
  for (const auto families : {directory_families(), device_families()}) {
    for (const Family family : families) {
      for (const Endpoint& endpoint : family()) {
        if (!matches(endpoint.pattern, target.segments, nullptr)) continue;
        if (method == endpoint.method) {
          matches(endpoint.pattern, target.segments, &out.params);
          out.endpoint = &endpoint;
          out.allow.clear();
          return out;
        }
        if (out.allow.find(endpoint.method) != std::string::npos) continue;
        if (!out.allow.empty()) out.allow += ", ";
        out.allow += endpoint.method;
      }
    }
  }
  return out;
}

}  // namespace wa::gateway
