#pragma once

/// What every suite includes first, after `#define CAF_SUITE <name>`: CAF's test macros
/// (CAF_TEST, CAF_CHECK…, CAF_REQUIRE…) and its fixtures with the deterministic scheduler.
#ifndef CAF_SUITE
#error "define CAF_SUITE before this header"
#endif

// caf/test/dsl.hpp of CAF 0.17 uses FAIL without defining it.
#define FAIL CAF_FAIL
#include <caf/test/dsl.hpp>

// CAF's own macro binds references to its arguments, so that comparing a member of a temporary
// reads freed memory. This one compares copies.
#undef CAF_CHECK_FUNC
#define CAF_CHECK_FUNC(func, x_expr, y_expr)                                                       \
  do {                                                                                             \
    func comparator;                                                                               \
    auto x_copy___ = x_expr;                                                                       \
    auto y_copy___ = y_expr;                                                                       \
    static_cast<void>(::caf::test::detail::check(                                                  \
        ::caf::test::engine::current_test(), __FILE__, __LINE__,                                   \
        CAF_FUNC_EXPR(func, x_expr, y_expr), false, comparator(x_copy___, y_copy___), x_copy___,   \
        y_copy___));                                                                               \
    ::caf::test::engine::last_check_file(__FILE__);                                                \
    ::caf::test::engine::last_check_line(__LINE__);                                                \
  } while (false)
