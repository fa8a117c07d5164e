// The main function of every unit test executable.
#include <caf/test/unit_test_impl.hpp>
