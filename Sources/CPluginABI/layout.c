// The sizes of the ABI's structs are frozen (HR and PL rows rest on it); offsets are held by the golden file in the tests.
#include "plugin_abi.h"

#if UINTPTR_MAX != UINT64_MAX
#error "the plugin ABI is for 64-bit machines"
#endif

_Static_assert(sizeof(ph_sink_v1_t) == 16, "frozen");
_Static_assert(sizeof(ph_source_v1_t) == 24, "frozen");
_Static_assert(sizeof(ph_host_v1_t) == 56, "frozen");
_Static_assert(sizeof(ph_service_v1_t) == 24, "frozen");
_Static_assert(sizeof(ph_call_v1_t) == 56, "frozen");
_Static_assert(sizeof(ph_instance_v1_t) == 152, "frozen");
_Static_assert(sizeof(ph_dependency_observer_v1_t) == 16, "frozen");
_Static_assert(sizeof(ph_components_v1_t) == 16, "frozen");
_Static_assert(sizeof(ph_configurable_v1_t) == 16, "frozen");
_Static_assert(sizeof(ph_strings_v1_t) == 16, "frozen");
_Static_assert(sizeof(ph_descriptor_v1_t) == 120, "frozen");
_Static_assert(sizeof(ph_factory_v1_t) == 32, "frozen");
_Static_assert(sizeof(ph_manifest_v1_t) == 32, "frozen");
