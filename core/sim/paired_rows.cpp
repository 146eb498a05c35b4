#include "sim/paired_rows.h"
