using System;
using System.Collections.Generic;

namespace Mote.Compatibility;

/// <summary>Calls that programs and libraries try and do without: that one is missing does not keep anything from running.</summary>
internal static class DispensableCalls
{
    private const string Placement = "a hint where memory should lie; there is one node";
    private const string Ring = "tried first; epoll or threads serve instead";
    private const string Asynchronous = "tried first; threads serve instead";
    private const string Restriction = "only takes rights away; programs go on with those that they have";
    private const string Keys = "tried first; pages are protected without keys instead";

    private static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["rseq"] = "the C library registers each thread and goes on when it cannot",
        ["set_robust_list"] = "the C library registers each thread and goes on when it cannot",
        ["membarrier"] = "tried first; libraries fall back to signals or barriers of their own",
        ["statx"] = "the C library falls back to stat",
        ["faccessat2"] = "the C library falls back to faccessat",
        ["clone3"] = "the C library falls back to clone",
        ["close_range"] = "tried first; descriptors are closed one by one instead",
        ["copy_file_range"] = "tried first; files are copied by read and write instead",
        ["mbind"] = Placement, ["set_mempolicy"] = Placement, ["get_mempolicy"] = Placement, ["migrate_pages"] = Placement, ["move_pages"] = Placement, ["set_mempolicy_home_node"] = Placement,
        ["io_uring_setup"] = Ring, ["io_uring_enter"] = Ring, ["io_uring_register"] = Ring,
        ["io_setup"] = Asynchronous, ["io_destroy"] = Asynchronous, ["io_submit"] = Asynchronous, ["io_cancel"] = Asynchronous, ["io_getevents"] = Asynchronous, ["io_pgetevents"] = Asynchronous,
        ["landlock_create_ruleset"] = Restriction, ["landlock_add_rule"] = Restriction, ["landlock_restrict_self"] = Restriction, ["seccomp"] = Restriction,
        ["pkey_alloc"] = Keys, ["pkey_free"] = Keys, ["pkey_mprotect"] = Keys,
        ["memfd_secret"] = "tried first; ordinary memory serves instead",
        ["map_shadow_stack"] = "the C library does without shadow stacks",
        ["userfaultfd"] = "tried first; page faults are handled by signals instead",
        ["perf_event_open"] = "counters for measurements; programs show none",
        ["lookup_dcookie"] = "for profilers of old",
        ["name_to_handle_at"] = "tried first; paths are compared instead",
    };

    /// <summary>Why programs do without a call; null when they may not.</summary>
    public static string? ReasonFor(string name) => s_reasons.GetValueOrDefault(name);
}
