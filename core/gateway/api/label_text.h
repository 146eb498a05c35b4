// How a label is shown, alone and in lists (api.md 3.6).
#pragma once

#include "client/rows/label_rows.h"
#include "gateway/http/json_text.h"

namespace wa::gateway {

inline void write_label(ObjectText out, const client::Label& label) {
  out.text("label_id", label.id).text("name", label.row.name).json("color", std::to_string(label.row.color));
  if (label.row.predefined_id) out.json("predefined_id", std::to_string(*label.row.predefined_id));
  out.close();
}

}  // namespace wa::gateway
