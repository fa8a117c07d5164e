#pragma once

/// What every suite includes first, after `#define CAF_SUITE <name>`: CAF's test macros
/// (CAF_TEST, CAF_CHECK…, CAF_REQUIRE…) and its fixtures with the deterministic scheduler.
#ifndef CAF_SUITE
#error "define CAF_SUITE before this header"
#endif

// caf/test/dsl.hpp of CAF 0.17 uses FAIL without defining it.
#define FAIL CAF_FAIL
#include <caf/test/dsl.hpp>
