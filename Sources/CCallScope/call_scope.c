// SPDX-License-Identifier: Apache-2.0

#include "call_scope.h"

_Thread_local call_scope_t call_scope_own = {0, 0};
